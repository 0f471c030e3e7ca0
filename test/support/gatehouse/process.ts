import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";

const MAIN = join(import.meta.dirname, "../../../src/main.ts");

/** How long Gatehouse may take to say that it is ready; it takes under one second. */
const READY_WITHIN_MILLISECONDS = 20_000;

/** `gatehouse serve`, as a process. */
export interface GatehouseProcess extends AsyncDisposable {
  readonly processId: number;
  /** All that it has written so far, standard output and error. */
  output(): string;
}

/** Starts `gatehouse serve` with these options and returns when it says that it is ready. */
export async function startGatehouse(options: readonly (readonly string[])[]): Promise<GatehouseProcess> {
  const child = spawn(process.execPath, [MAIN, "serve", ...options.flat()], { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const said = Promise.withResolvers<void>();
  const read = (chunk: Buffer): void => {
    output += chunk.toString("utf8");
    if (output.includes("ready")) said.resolve();
  };
  child.stdout.on("data", read);
  child.stderr.on("data", read);
  child.once("error", said.reject);
  const failed = await firstOf(said.promise, ended);
  if (failed) {
    await stop(child, ended);
    throw new Error(`Gatehouse ${failed}:\n${output}`);
  }
  return { processId: child.pid ?? 0, output: () => output, [Symbol.asyncDispose]: () => stop(child, ended) };
}

/** What went wrong instead of readiness; undefined when nothing did. */
async function firstOf(ready: Promise<void>, ended: Promise<void>): Promise<string | undefined> {
  const { promise: late, resolve } = Promise.withResolvers<string>();
  const timer = setTimeout(() => resolve("did not get ready"), READY_WITHIN_MILLISECONDS);
  try {
    return await Promise.race([ready.then(() => undefined), ended.then(() => "ended"), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The second signal skips the grace that only a cluster's endpoints need. */
async function stop(child: ChildProcess, ended: Promise<void>): Promise<void> {
  child.kill("SIGTERM");
  child.kill("SIGINT");
  await ended;
}
