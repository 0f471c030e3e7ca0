import { createInterface } from "node:readline";
import type { ControlPlaneOptions, SupervisorMessage, SupervisorRequest } from "./address.ts";
import type { Daemon } from "./daemon.ts";
import { readEnvironment } from "./environment.ts";
import { findPrograms } from "./programs.ts";
import { type RaisedPlane, raise } from "./raise.ts";
import { ControlPlaneUnavailable } from "./unavailable.ts";

/*
 * A process of its own that owns a control plane. It says one line on standard
 * output and another for each request, a line on standard input. It stops
 * everything when its standard input ends, which the kernel sees to however its
 * parent ends, SIGKILL included. Run by start.ts with the options as its
 * argument, JSON.
 */

const requests = createInterface(process.stdin);
const stop = stopRequest();
await using stack = new AsyncDisposableStack();
try {
  const context = { environment: readEnvironment(), report, signal: stop };
  const programs = await findPrograms(context);
  const plane = await raise(programs, parseOptions(process.argv[2]), stack, stop);
  sayRunning(plane);
  void answerRequests(plane);
  await untilStopOrDeath(plane.daemons);
} catch (error) {
  if (error instanceof ControlPlaneUnavailable) say({ kind: "unavailable", reason: error.message });
  else if (!stop.aborted) say({ kind: "failed", message: describe(error) });
} finally {
  process.stdin.destroy(); // else it holds the process
}

/** Aborted when the parent lets go of standard input, or by a signal to this process. */
function stopRequest(): AbortSignal {
  const controller = new AbortController();
  const abort = () => controller.abort();
  requests.once("close", abort);
  process.once("SIGTERM", abort).once("SIGINT", abort);
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined); // the reader is gone
  return controller.signal;
}

function parseOptions(json = "{}"): ControlPlaneOptions {
  return JSON.parse(json) as ControlPlaneOptions;
}

function report(line: string): void {
  process.stderr.write(`control plane: ${line}\n`);
}

function say(message: SupervisorMessage): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

function sayRunning(plane: RaisedPlane): void {
  say({ kind: "running", address: { ...plane.address, processIds: processIds(plane) } });
}

function processIds({ daemons }: RaisedPlane): Record<string, number> {
  const ids: Record<string, number> = { supervisor: process.pid };
  for (const { name, processId } of daemons) if (processId !== undefined) ids[name] = processId;
  return ids;
}

async function answerRequests(plane: RaisedPlane): Promise<void> {
  for await (const line of requests) {
    try {
      await fulfil(JSON.parse(line) as SupervisorRequest, plane.daemons);
      sayRunning(plane);
    } catch (error) {
      say({ kind: "failed", message: describe(error) });
    }
  }
}

async function fulfil(request: SupervisorRequest, daemons: readonly Daemon[]): Promise<void> {
  const daemon = daemons.find(({ name }) => name === request.daemon);
  if (daemon === undefined) throw new Error(`there is no ${request.daemon}`);
  await (request.kind === "end" ? daemon.end(request.signal) : daemon.start(stop));
}

/** A program that dies while tests run takes the plane down, loudly: half a control plane only confuses. */
async function untilStopOrDeath(daemons: readonly Daemon[]): Promise<void> {
  const stopped = new Promise<undefined>((resolve) => {
    if (stop.aborted) resolve(undefined);
    stop.addEventListener("abort", () => resolve(undefined));
  });
  const death = await Promise.race([stopped, ...daemons.map((daemon) => daemon.died)]);
  if (death !== undefined) report(death);
}

/** The message with those of its causes. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}: ${describe(error.cause)}`;
}
