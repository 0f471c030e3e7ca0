import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { poll } from "./poll.ts";

/** How a daemon came to run. */
export interface DaemonOptions {
  readonly name: string;
  readonly program: string;
  readonly arguments: readonly string[];
  readonly logDirectory: string;
}

/** A long-running program that writes its log into a file and ends with its owner. */
export class Daemon implements AsyncDisposable {
  readonly name: string;
  /** Answers how it ended, with the end of its log; never rejects. */
  readonly ended: Promise<string>;
  readonly #child: ChildProcess;

  constructor({ name, program, arguments: programArguments, logDirectory }: DaemonOptions) {
    const logFile = join(logDirectory, `${name}.log`);
    const log = openSync(logFile, "a");
    this.name = name;
    this.#child = spawn(program, programArguments, { stdio: ["ignore", log, log] });
    closeSync(log); // the child has its own
    this.ended = new Promise((resolve) => {
      this.#child.once("error", (error) => resolve(`${name} did not start: ${error.message}`));
      this.#child.once("exit", (code, signal) => resolve(`${name} ended with ${code ?? signal}:\n${tail(logFile)}`));
    });
  }

  get processId(): number | undefined {
    return this.#child.pid;
  }

  /** Waits until the probe answers true; throws when the program ends first or takes too long. */
  async untilReady(probe: (signal: AbortSignal) => Promise<boolean>, stop: AbortSignal): Promise<void> {
    const ended = new AbortController();
    void this.ended.then((end) => ended.abort(new Error(end)));
    const signal = AbortSignal.any([stop, ended.signal]);
    await poll(`${this.name} ready`, () => probe(AbortSignal.timeout(probeMilliseconds)), {
      within: startMilliseconds,
      signal,
    });
  }

  /** Asks it to end, and makes it after 5 seconds. */
  async [Symbol.asyncDispose](): Promise<void> {
    const grace = new AbortController();
    this.#child.kill("SIGTERM");
    const killer = pause(graceMilliseconds, undefined, { signal: grace.signal }).then(
      () => this.#child.kill("SIGKILL"),
      () => undefined, // it ended in time
    );
    await this.ended;
    grace.abort();
    await killer;
  }
}

/** A start takes 2 s on an idle machine; a machine that needs a minute is broken. */
const startMilliseconds = 60_000;
const probeMilliseconds = 5_000;
const graceMilliseconds = 5_000;

/** The last 20 lines tell why a Kubernetes program gave up; the ones before repeat its flags. */
function tail(logFile: string): string {
  return readFileSync(logFile, "utf8").trimEnd().split("\n").slice(-20).join("\n");
}
