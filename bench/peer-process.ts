import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { availableParallelism } from "node:os";
import { join } from "node:path";

/** A server under measurement, in a process of its own. */
export interface PeerProcess extends AsyncDisposable {
  readonly port: number;
  /** User and system time that the process has used so far, in microseconds. */
  cpuMicroseconds(): Promise<number>;
}

/** What a peer sends to this process: first its port, then, when asked, its CPU time. */
export interface PeerMessage {
  readonly port?: number;
  readonly cpuMicroseconds?: number;
}

/** Starts `bench/peers/<name>.ts`, on a processor of its own where there are two. */
export async function startPeer(name: string): Promise<PeerProcess> {
  const file = join(import.meta.dirname, "peers", `${name}.ts`);
  const [program, words] = onFirstProcessor([process.execPath, "--max-semi-space-size=16", file]);
  const child = spawn(program, words, { stdio: ["ignore", "ignore", "inherit", "ipc"] });
  const { port } = await nextMessage(child);
  if (port === undefined) throw new Error(`${name} said no port`);
  return {
    port,
    cpuMicroseconds: async () => {
      const answer = nextMessage(child);
      child.send("cpu");
      return (await answer).cpuMicroseconds ?? Number.NaN;
    },
    [Symbol.asyncDispose]: async () => {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill();
      await ended;
    },
  };
}

/** Moves this process, which makes the load, away from the processor of the peers. */
export function leaveFirstProcessor(): void {
  if (!canPin) return;
  const others = `1-${availableParallelism() - 1}`;
  spawnSync("taskset", ["--all-tasks", "--pid", "--cpu-list", others, String(process.pid)]);
}

const canPin = availableParallelism() > 1 && process.platform === "linux";

function onFirstProcessor(command: readonly [string, ...string[]]): [string, string[]] {
  const [program, ...words] = command;
  return canPin ? ["taskset", ["--cpu-list", "0", program, ...words]] : [program, words];
}

function nextMessage(child: ChildProcess): Promise<PeerMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<PeerMessage>();
  const ended = (code: number | null): void => reject(new Error(`the peer ended with ${code}`));
  child.once("exit", ended);
  child.once("message", (message) => {
    child.off("exit", ended);
    resolve(message as PeerMessage);
  });
  return promise;
}
