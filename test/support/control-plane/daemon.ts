import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { EndSignal } from "./address.ts";
import { poll } from "./poll.ts";

/** How a daemon comes to run. */
export interface DaemonOptions {
  readonly name: string;
  readonly program: string;
  readonly arguments: readonly string[];
  readonly logDirectory: string;
  /** Its whole environment; ours, if absent. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Asked again and again while it starts; what throws is not ready. */
  readonly isReady: (signal: AbortSignal) => Promise<boolean>;
}

/** A long-running program that writes its log into a file and ends with its owner. */
export class Daemon implements AsyncDisposable {
  readonly name: string;
  readonly #options: DaemonOptions;
  readonly #died = Promise.withResolvers<string>();
  #running: RunningProgram | undefined;

  constructor(options: DaemonOptions) {
    this.name = options.name;
    this.#options = options;
  }

  /** Answers, when it ends unasked, how it did, with the end of its log. */
  get died(): Promise<string> {
    return this.#died.promise;
  }

  get processId(): number | undefined {
    return this.#running?.child.pid;
  }

  /** Waits until it is ready; throws when it ends first or takes too long. */
  async start(stop: AbortSignal): Promise<void> {
    const running = run(this.#options);
    this.#running = running;
    const ended = new AbortController();
    void running.ended.then((end) => {
      ended.abort(new Error(end));
      if (this.#running === running) this.#died.resolve(end);
    });
    await poll(`${this.name} ready`, () => this.#options.isReady(AbortSignal.timeout(probeMilliseconds)), {
      within: startMilliseconds,
      signal: AbortSignal.any([stop, ended.signal]),
    });
  }

  /** Asks it to end, and makes it after 5 seconds; with SIGKILL it is not asked. It can be started again. */
  async end(signal: EndSignal): Promise<void> {
    const running = this.#running;
    if (running === undefined) return;
    this.#running = undefined;
    const grace = new AbortController();
    running.child.kill(signal);
    const killer = pause(graceMilliseconds, undefined, { signal: grace.signal }).then(
      () => running.child.kill("SIGKILL"),
      () => undefined, // it ended in time
    );
    await running.ended;
    grace.abort();
    await killer;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.end("SIGTERM");
  }
}

interface RunningProgram {
  readonly child: ChildProcess;
  /** Answers how it ended; never rejects. */
  readonly ended: Promise<string>;
}

function run({ name, program, arguments: programArguments, logDirectory, environment }: DaemonOptions): RunningProgram {
  const logFile = join(logDirectory, `${name}.log`);
  const log = openSync(logFile, "a");
  const child = spawn(program, programArguments, { stdio: ["ignore", log, log], env: environment });
  closeSync(log); // the child has its own
  const ended = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(`${name} did not start: ${error.message}`));
    child.once("exit", (code, signal) => resolve(`${name} ended with ${code ?? signal}:\n${tail(logFile)}`));
  });
  return { child, ended };
}

/** A start takes 2 s on an idle machine; a machine that needs a minute is broken. */
const startMilliseconds = 60_000;
const probeMilliseconds = 5_000;
const graceMilliseconds = 5_000;

/** The last 20 lines tell why a Kubernetes program gave up; the ones before repeat its flags. */
function tail(logFile: string): string {
  return readFileSync(logFile, "utf8").trimEnd().split("\n").slice(-20).join("\n");
}
