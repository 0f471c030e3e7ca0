import type { Client } from "#kube/client.ts";
import { SYSTEM_CLOCK } from "#kube/clock.ts";
import { clientOf, clusterMeant } from "../cluster-access.ts";
import type { CommandContext } from "../command.ts";
import { checkScope } from "../namespace-scope.ts";
import { secondsOf } from "../seconds-of.ts";
import { type Attempt, untilDone } from "../until-done.ts";
import { UsageError } from "../usage-error.ts";
import { refusalOf } from "../watch/cluster-refusal.ts";
import { deleteHookObjects } from "./delete-hook-objects.ts";
import { deleteWebhooks } from "./delete-webhooks.ts";
import type { Installation } from "./installation.ts";
import { releaseGateways } from "./release-gateways.ts";
import { scaleDown } from "./scale-down.ts";
import { serversEnded } from "./servers-ended.ts";

export interface UninstallValues {
  readonly name: string;
  readonly namespace: string | undefined;
  readonly "controller-name": string;
  readonly timeout: string;
  readonly kubeconfig: string | undefined;
}

/** Takes the steps one after the other. Throws UsageError with what a step could not do. */
export async function runUninstall(values: UninstallValues, { config, signal, print }: CommandContext): Promise<void> {
  checkScope("uninstall", { namespace: values.namespace, "all-namespaces": false });
  const seconds = secondsOf("uninstall", values.timeout);
  let server = "the cluster";
  try {
    const connection = await clusterMeant(values.kubeconfig, config);
    server = connection.server;
    using client = await clientOf(connection, "uninstall");
    const namespace = values.namespace ?? connection.namespace ?? "default";
    const installation = { name: values.name, namespace, controllerName: values["controller-name"] };
    const say = (sentence: string) => print(`uninstall: ${sentence}\n`);
    const patience = { clock: SYSTEM_CLOCK, milliseconds: seconds * 1000, signal, say };
    const take = (step: Step, giveUp: (obstacle: string) => Error) =>
      untilDone((signal) => step(client, installation, signal), { ...patience, giveUp });
    const notDone = (obstacle: string) => failure(`not done within ${seconds} s: ${obstacle}`);
    say(await take(scaleDown, notDone));
    say(await take(serversEnded, (obstacle) => new StillRunningError(obstacle)).catch(goingOn));
    for (const step of WITHOUT_SERVERS) say(await take(step, notDone));
  } catch (error) {
    if (signal.aborted) throw failure("ended before everything was done; run it again", error);
    throw refusalOf(error, server, UNINSTALL);
  }
}

/** Each does as much as is left to do, and answers what was done. */
type Step = (client: Client, installation: Installation, signal: AbortSignal) => Promise<Attempt<string>>;

/** First the webhooks, so that nobody has to judge the removal of finalizers. */
const WITHOUT_SERVERS: readonly Step[] = [deleteWebhooks, releaseGateways, deleteHookObjects];

/** A Pod outlives its grace only where its node is lost, and then it leads no more: that holds up nothing. */
class StillRunningError extends Error {
  override readonly name = "StillRunningError";
}

function goingOn(error: unknown): string {
  if (error instanceof StillRunningError) return `going on all the same, after ${error.message}`;
  throw error;
}

const FAILED = 1;

const UNINSTALL = { name: "uninstall", notAllowed: FAILED, notNow: FAILED };

function failure(sentence: string, cause?: unknown): UsageError {
  return new UsageError(`uninstall: ${sentence}`, { exitCode: FAILED, cause });
}
