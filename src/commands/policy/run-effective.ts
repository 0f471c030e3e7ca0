import { FactIndex } from "#policy/fact-index.ts";
import { readCluster } from "../audit/read-cluster.ts";
import { clientOf, clusterMeant } from "../cluster-access.ts";
import type { CommandContext } from "../command.ts";
import { FileFacts } from "../file-facts.ts";
import { KUBECTL_DEFAULT } from "../in-namespace.ts";
import { checkScope } from "../namespace-scope.ts";
import { UsageError } from "../usage-error.ts";
import { readDocuments } from "../validate/read-documents.ts";
import { refusalOf } from "../watch/cluster-refusal.ts";
import { effectiveReport } from "./effective-report.ts";
import { effectiveText } from "./effective-text.ts";
import type { PolicyValues } from "./policy-options.ts";

/** Prints what a namespace is held to. Throws UsageError for what cannot be read. */
export async function runEffective(values: PolicyValues, context: CommandContext): Promise<void> {
  checkScope("policy", { namespace: values.namespace, "all-namespaces": false });
  const { facts, namespace } =
    values.policy.length > 0 ? await factsOfFiles(values) : await factsOfCluster(values, context);
  const report = effectiveReport(facts, { namespace, name: values.name ?? "" }, Date.now());
  context.print(values.output === "json" ? `${JSON.stringify(report, undefined, 2)}\n` : effectiveText(report));
}

interface Explained {
  readonly facts: FactIndex;
  readonly namespace: string;
}

async function factsOfFiles({ policy, namespace = KUBECTL_DEFAULT }: PolicyValues): Promise<Explained> {
  const facts = new FactIndex();
  const faults = new FileFacts(facts).accept(await readDocuments(policy, "policy"));
  if (faults.length === 0) return { facts, namespace };
  const lines = faults.map(({ file, line, column, reason }) => `${file}:${line}:${column}: ${reason}`);
  throw new UsageError(["policy: the policies cannot be read:", ...lines].join("\n"));
}

async function factsOfCluster(values: PolicyValues, { config, signal, complain }: CommandContext): Promise<Explained> {
  let server = "the cluster";
  try {
    const connection = await clusterMeant(values.kubeconfig, config);
    server = connection.server;
    using client = await clientOf(connection, "policy");
    const namespace = values.namespace ?? connection.namespace ?? KUBECTL_DEFAULT;
    const wanted = { command: "policy", kinds: ["AIGatewayPolicy"], namespace, signal, progress: SILENT };
    const stored = await readCluster(client, wanted);
    for (const sentence of stored.leftOut) complain(`policy: ${sentence}\n`);
    const facts = new FactIndex();
    for (const object of stored.facts) facts.apply(object);
    return { facts, namespace };
  } catch (error) {
    if (signal.aborted) throw new UsageError("policy: ended before everything was read", { cause: error });
    throw refusalOf(error, server, POLICY);
  }
}

/** It is only a handful of objects. */
const SILENT = { show: () => undefined };

const POLICY = { name: "policy", notAllowed: 2, notNow: 2 };
