import { setInterval } from "node:timers/promises";
import { poll } from "../control-plane/poll.ts";
import type { ProcessNode } from "../process-node/process-node.ts";
import type { GatehouseDeployment } from "./deployment.ts";

export interface HeldDownOptions {
  readonly node: ProcessNode;
  readonly namespace: string;
  readonly deployment: GatehouseDeployment;
}

/** Kills all servers, and each that comes back, for as long as the act takes; begins it when none is ready any more. */
export async function whileHeldDown(options: HeldDownOptions, act: () => Promise<void>): Promise<void> {
  const { node, namespace, deployment } = options;
  const names = (await deployment.pods()).map(({ name }) => name);
  const over = new AbortController();
  const killing = killAgainAndAgain(() => names.flatMap((name) => node.processIds(namespace, name)), over.signal);
  try {
    await poll("no server is ready", async () => (await deployment.pods()).length === 0);
    await act();
  } finally {
    over.abort();
    await killing;
  }
}

async function killAgainAndAgain(processIds: () => readonly number[], signal: AbortSignal): Promise<void> {
  try {
    for await (const _ of setInterval(KILL_MILLISECONDS, undefined, { signal })) processIds().forEach(kill);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** A server takes a second to start. */
const KILL_MILLISECONDS = 20;

function kill(processId: number): void {
  try {
    process.kill(processId, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error; // it has ended, and the node learns of it soon
  }
}
