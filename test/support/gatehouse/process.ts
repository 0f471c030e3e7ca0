import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { hostAndPort, type ListenOptions } from "#server/listen.ts";

const MAIN = join(import.meta.dirname, "../../../src/main.ts");

/** How long Gatehouse may take to say that it is ready; it takes one second, and many under load on busy cores. */
const READY_WITHIN_MILLISECONDS = 45_000;

/** `gatehouse serve`, as a process. */
export interface GatehouseProcess extends AsyncDisposable {
  readonly processId: number;
  /** URLs of its two ports, as it said itself. */
  readonly admission: string;
  readonly plain: string;
  /** All that it has written so far, standard output and error. */
  output(): string;
  /** Asks it to end, once, and answers its exit code. */
  end(): Promise<number | null>;
}

/** Starts `gatehouse serve` with these options and returns when it has logged the message. */
export async function startGatehouse(
  options: readonly (readonly string[])[],
  message: "ready" | "reading the cluster" = "ready",
): Promise<GatehouseProcess> {
  const child = spawn(process.execPath, [MAIN, "serve", ...options.flat()], { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  const said = Promise.withResolvers<void>();
  const read = (chunk: Buffer): void => {
    output += chunk.toString("utf8");
    if (lineOf(output, message)) said.resolve();
  };
  child.stdout.on("data", read);
  child.stderr.on("data", read);
  child.once("error", said.reject);
  const failed = await firstOf(said.promise, ended);
  const line = lineOf(output, message);
  if (failed || !line) {
    await stop(child, ended);
    throw new Error(`Gatehouse ${failed}:\n${output}`);
  }
  return {
    processId: child.pid ?? 0,
    admission: `https://${hostAndPort(line.admission.host, line.admission.port)}`,
    plain: `http://${hostAndPort(line.plain.host, line.plain.port)}`,
    output: () => output,
    end: () => {
      child.kill("SIGTERM");
      return ended;
    },
    [Symbol.asyncDispose]: () => stop(child, ended),
  };
}

interface Line {
  readonly msg?: string;
  readonly admission: ListenOptions;
  readonly plain: ListenOptions;
}

/** The log line with this message, once it is there as a whole. */
function lineOf(output: string, message: string): Line | undefined {
  const text = output.split("\n").find((line) => line.endsWith(`"msg":"${message}"}`));
  return text === undefined ? undefined : (JSON.parse(text) as Line);
}

/** What went wrong instead of readiness; undefined when nothing did. */
async function firstOf(ready: Promise<void>, ended: Promise<unknown>): Promise<string | undefined> {
  const { promise: late, resolve } = Promise.withResolvers<string>();
  const timer = setTimeout(() => resolve("did not get ready"), READY_WITHIN_MILLISECONDS);
  try {
    return await Promise.race([ready.then(() => undefined), ended.then(() => "ended"), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The second signal skips the grace that only a cluster's endpoints need. */
async function stop(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  child.kill("SIGTERM");
  child.kill("SIGINT");
  await ended;
}
