import type { Client } from "#kube/client.ts";
import { SYSTEM_CLOCK } from "#kube/clock.ts";
import { clientOf, clusterMeant } from "../cluster-access.ts";
import type { CommandContext } from "../command.ts";
import { checkScope } from "../namespace-scope.ts";
import { secondsOf } from "../seconds-of.ts";
import { type Attempt, type Patience, untilDone } from "../until-done.ts";
import { UsageError } from "../usage-error.ts";
import { refusalOf } from "../watch/cluster-refusal.ts";
import { deleteLeftovers, leftoversOf } from "./delete-leftovers.ts";
import { deleteWebhooks } from "./delete-webhooks.ts";
import type { Installation } from "./installation.ts";
import { releaseObjects } from "./release-objects.ts";
import { scaleDown } from "./scale-down.ts";
import { serversEnded } from "./servers-ended.ts";

export interface UninstallValues {
  readonly name: string;
  readonly namespace: string | undefined;
  readonly "controller-name": string;
  readonly leftovers: string;
  readonly timeout: string;
  readonly kubeconfig: string | undefined;
}

/** Takes the steps one after the other. Throws UsageError with what a step could not do. */
export async function runUninstall(values: UninstallValues, { config, signal, print }: CommandContext): Promise<void> {
  checkScope("uninstall", { namespace: values.namespace, "all-namespaces": false });
  const seconds = secondsOf("uninstall", values.timeout);
  const leftovers = leftoversOf(values.leftovers);
  const end = SYSTEM_CLOCK.now() + seconds * 1000;
  let server = "the cluster";
  try {
    const connection = await clusterMeant(values.kubeconfig, config);
    server = connection.server;
    using client = await clientOf(connection, "uninstall");
    const namespace = values.namespace ?? connection.namespace ?? "default";
    const installation = { name: values.name, namespace, controllerName: values["controller-name"], leftovers };
    const say = (sentence: string) => print(`uninstall: ${sentence}\n`);
    const notDone = (obstacle: string) => failure(`not done within ${seconds} s: ${obstacle}`);
    const take = (step: Step, patience: Partial<Patience> = {}) => {
      const milliseconds = Math.max(0, end - SYSTEM_CLOCK.now());
      const common = { clock: SYSTEM_CLOCK, milliseconds, signal, say, giveUp: notDone };
      return untilDone((signal) => step(client, installation, signal), { ...common, ...patience });
    };
    say(await take(scaleDown));
    say(await take(serversEnded, WHILE_SERVERS_RUN).catch(goingOn));
    for (const step of WITHOUT_SERVERS) say(await take(step));
  } catch (error) {
    if (signal.aborted) throw failure("ended before everything was done; run it again", error);
    throw refusalOf(error, server, UNINSTALL);
  }
}

/** Each does as much as is left to do, and answers what was done. */
type Step = (client: Client, installation: Installation, signal: AbortSignal) => Promise<Attempt<string>>;

/** First the webhooks, so that nobody has to judge the removal of finalizers. */
const WITHOUT_SERVERS: readonly Step[] = [deleteWebhooks, releaseObjects, deleteLeftovers];

/** A Pod outlives its grace only where its node is lost, and then it leads no more: that holds up nothing. */
class StillRunningError extends Error {
  override readonly name = "StillRunningError";
}

/** Twice what the Pods of the chart have, unless its values say otherwise. */
const WHILE_SERVERS_RUN = {
  milliseconds: 60_000,
  giveUp: (obstacle: string) => new StillRunningError(obstacle),
};

function goingOn(error: unknown): string {
  if (error instanceof StillRunningError) return `going on all the same, after ${error.message}`;
  throw error;
}

const FAILED = 1;

const UNINSTALL = { name: "uninstall", notAllowed: FAILED, notNow: FAILED };

function failure(sentence: string, cause?: unknown): UsageError {
  return new UsageError(`uninstall: ${sentence}`, { exitCode: FAILED, cause });
}
