import { SYSTEM_CLOCK } from "#kube/clock.ts";
import { clientOf, clusterMeant } from "../cluster-access.ts";
import type { CommandContext } from "../command.ts";
import { checkScope } from "../namespace-scope.ts";
import { secondsOf } from "../seconds-of.ts";
import { untilDone } from "../until-done.ts";
import { UsageError } from "../usage-error.ts";
import { refusalOf } from "../watch/cluster-refusal.ts";
import { askForDenial } from "./ask-for-denial.ts";
import { ensureDefaultClass } from "./default-class.ts";

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
    const namespace = values.namespace ?? connection.namespace ?? "default";
    const say = (sentence: string) => print(`probe: ${sentence}\n`);
    const patience = { clock: SYSTEM_CLOCK, milliseconds: seconds * 1000, signal };
    const denial = await untilDone((signal) => askForDenial(client, namespace, signal), {
      ...patience,
      say: (obstacle) => say(`not denied yet: ${obstacle}`),
      giveUp: (obstacle) => failure(`a bad AIGatewayConfig was not denied within ${seconds} s: ${obstacle}`),
    });
    say(`a bad AIGatewayConfig is denied: ${denial}`);
    if (!values["default-class"]) return;
    const outcome = await untilDone((signal) => ensureDefaultClass(client, values["controller-name"], signal), {
      ...patience,
      say: (obstacle) => say(`no default class yet: ${obstacle}`),
      giveUp: (obstacle) => failure(`the default AIGatewayClass could not be made within ${seconds} s: ${obstacle}`),
    });
    say(outcome);
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
