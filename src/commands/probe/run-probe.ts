import { SYSTEM_CLOCK } from "#kube/clock.ts";
import { clientOf, clusterMeant } from "../cluster-access.ts";
import type { CommandContext } from "../command.ts";
import { checkScope } from "../namespace-scope.ts";
import { secondsOf } from "../seconds-of.ts";
import { UsageError } from "../usage-error.ts";
import { refusalOf } from "../watch/cluster-refusal.ts";
import { seeInstallation } from "./see-installation.ts";

export interface ProbeValues {
  readonly namespace: string | undefined;
  readonly timeout: string;
  readonly "default-class": boolean;
  readonly "controller-name": string;
  readonly kubeconfig: string | undefined;
}

/** Waits until a bad object is denied, and then sees that there is a default class. Throws UsageError where that fails. */
export async function runProbe(values: ProbeValues, { config, signal, print }: CommandContext): Promise<void> {
  checkScope("probe", { namespace: values.namespace, "all-namespaces": false });
  const seconds = secondsOf("probe", values.timeout);
  let server = "the cluster";
  try {
    const connection = await clusterMeant(values.kubeconfig, config);
    server = connection.server;
    using client = await clientOf(connection, "probe");
    await seeInstallation({
      client,
      clock: SYSTEM_CLOCK,
      seconds,
      namespace: values.namespace ?? connection.namespace ?? "default",
      classOf: values["default-class"] ? values["controller-name"] : undefined,
      signal,
      say: (sentence) => print(`probe: ${sentence}\n`),
      failure,
    });
  } catch (error) {
    if (signal.aborted) throw failure("ended before an answer was known", error);
    throw refusalOf(error, server, PROBE);
  }
}

const FAILED = 1;

const PROBE = { name: "probe", notAllowed: FAILED, notNow: FAILED };

function failure(sentence: string, cause?: unknown): UsageError {
  return new UsageError(`probe: ${sentence}`, { exitCode: FAILED, cause });
}
