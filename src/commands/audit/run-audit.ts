import type { Client } from "#kube/client.ts";
import { SYSTEM_CLOCK } from "#kube/clock.ts";
import { FactIndex } from "#policy/fact-index.ts";
import { clientOf, clusterMeant } from "../cluster-access.ts";
import type { CommandContext } from "../command.ts";
import { modelsFrom } from "../models-from.ts";
import { checkScope } from "../namespace-scope.ts";
import { junitReport } from "../reports/junit-report.ts";
import type { ReportedObject } from "../reports/reported-object.ts";
import { sarifReport } from "../reports/sarif-report.ts";
import { UsageError } from "../usage-error.ts";
import { programVersion } from "../version.ts";
import { refusalOf } from "../watch/cluster-refusal.ts";
import { auditJson } from "./audit-json.ts";
import type { AuditValues } from "./audit-options.ts";
import { auditText } from "./audit-text.ts";
import { candidatePolicies } from "./candidate-policies.ts";
import { judgeStored } from "./judge-stored.ts";
import { Progress } from "./progress.ts";
import { readCluster, type StoredObjects } from "./read-cluster.ts";

/** Judges what is stored and prints the verdicts. Throws UsageError for what would be denied, and for what cannot be judged. */
export async function runAudit(values: AuditValues, context: CommandContext): Promise<void> {
  checkScope("audit", values);
  const { print, complain, signal } = context;
  const facts = new FactIndex(await modelsFrom(values["model-data"], "audit"));
  using progress = new Progress({ write: complain, isTerminal: process.stderr.isTTY, clock: SYSTEM_CLOCK });
  const stored = await storedIn(values, context, progress);
  for (const object of stored.facts) facts.apply(object);
  for (const candidate of await candidatePolicies(values.policy, facts)) facts.apply(candidate);
  const reports = await judgeStored(stored.governed, { facts, now: Date.now(), progress, signal, clock: SYSTEM_CLOCK });
  progress.clear();
  for (const sentence of stored.leftOut) complain(`audit: ${sentence}\n`);
  print(PRINTERS[values.output as Format](reports, await programVersion()));
  const denied = reports.filter(({ allowed }) => !allowed).length;
  if (denied === 0) return;
  throw new UsageError(`${denied} stored ${denied === 1 ? "object" : "objects"} would be denied`, { exitCode: DENIED });
}

/** Exit code of a run in which an object would be denied. */
const DENIED = 1;

type Format = "text" | "json" | "sarif" | "junit";

const PRINTERS: Readonly<Record<Format, (reports: readonly ReportedObject[], version: string) => string>> = {
  text: auditText,
  json: auditJson,
  sarif: sarifReport,
  junit: junitReport,
};

async function storedIn(
  values: AuditValues,
  { config, signal }: CommandContext,
  progress: Progress,
): Promise<StoredObjects> {
  let server = "the cluster";
  try {
    const connection = await clusterMeant(values.kubeconfig, config);
    server = connection.server;
    using client = await clientOf(connection, "audit");
    const namespace = values["all-namespaces"] ? undefined : (values.namespace ?? connection.namespace ?? "default");
    return await readCluster(client satisfies Client, { command: "audit", namespace, signal, progress });
  } catch (error) {
    if (signal.aborted) throw new UsageError("audit: ended before everything was read", { cause: error });
    throw refusalOf(error, server, AUDIT);
  }
}

/** Whatever keeps the cluster from being read, nothing was judged. */
const AUDIT = { name: "audit", notAllowed: 2, notNow: 2 };
