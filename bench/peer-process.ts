import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { availableParallelism } from "node:os";
import { join } from "node:path";

/** A server under measurement, in a process of its own. */
export interface PeerProcess extends AsyncDisposable {
  readonly port: number;
  readonly processId: number;
  /** PEM of what it presents. */
  readonly certificate: string;
  /** User and system time that the process has used so far, in microseconds. */
  cpuMicroseconds(): Promise<number>;
}

/** What a peer sends to this process: first its port and certificate, then, when asked, its CPU time. */
export interface PeerMessage {
  readonly port?: number;
  readonly certificate?: string;
  readonly cpuMicroseconds?: number;
}

/** Starts `bench/peers/<name>.ts`; with `alone`, on a processor of its own where there are two. */
export async function startPeer(name: string, { alone }: { readonly alone: boolean }): Promise<PeerProcess> {
  const words = ["--max-semi-space-size=16", join(import.meta.dirname, "peers", `${name}.ts`)];
  const [program, programArguments] = alone
    ? onFirstProcessor([process.execPath, ...words])
    : [process.execPath, words];
  const child = spawn(program, programArguments, { stdio: ["ignore", "ignore", "inherit", "ipc"] });
  const { port, certificate } = await nextMessage(child);
  if (port === undefined || certificate === undefined || child.pid === undefined)
    throw new Error(`${name} said no port`);
  return {
    port,
    certificate,
    processId: child.pid, // also behind taskset, which becomes the program
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

/** Moves this process, which makes the load, and whatever it starts, away from the processor of the peers. */
export function leaveFirstProcessor(): void {
  move(process.pid, `1-${PROCESSORS - 1}`);
}

/** Moves a process that was started without regard to the processor of the peers. */
export function moveToFirstProcessor(processId: number): void {
  move(processId, "0");
}

function move(processId: number, list: string): void {
  if (canPin) spawnSync("taskset", ["--all-tasks", "--pid", "--cpu-list", list, String(processId)]);
}

/** Before this process is moved: it sees only those that it may use. */
const PROCESSORS = availableParallelism();
const canPin = PROCESSORS > 1 && process.platform === "linux";

/** The command, kept on the processor of the peers. */
export function onFirstProcessor(command: readonly [string, ...string[]]): [string, string[]] {
  return onProcessors("0", command);
}

/** The command, wherever this process has been moved to. */
export function onAllProcessors(command: readonly [string, ...string[]]): [string, string[]] {
  return onProcessors(`0-${PROCESSORS - 1}`, command);
}

function onProcessors(list: string, [program, ...words]: readonly [string, ...string[]]): [string, string[]] {
  return canPin ? ["taskset", ["--cpu-list", list, program, ...words]] : [program, words];
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
