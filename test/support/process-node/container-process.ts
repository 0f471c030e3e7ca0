import { type ChildProcess, execFile, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { constants } from "node:os";
import { wholeSecondsTime } from "#kube/micro-time.ts";
import { type ContainerSpecification, commandInside, containerCommand } from "./container-command.ts";
import type { Termination } from "./pod.ts";

/** A container that runs, as a process group of its own. */
export class ContainerProcess {
  readonly processId: number;
  readonly startedAt = wholeSecondsTime(new Date());
  /** How it ended; never rejects. */
  readonly ended: Promise<Termination>;
  readonly #child: ChildProcess;
  readonly #container: ContainerSpecification;
  readonly #environment: Readonly<Record<string, string>>;

  /** Starts it; it writes into the log. */
  constructor(container: ContainerSpecification, environment: Readonly<Record<string, string>>, logFile: string) {
    const [program, ...words] = containerCommand(container, IS_ROOT);
    const log = openSync(logFile, "a");
    const child = spawn(program, words, { env: environment, stdio: ["ignore", log, log], detached: true });
    closeSync(log); // the child has its own
    const { promise, resolve } = Promise.withResolvers<Termination>();
    child.once("error", () => resolve(this.#terminated(CANNOT_START, undefined)));
    child.once("exit", (code, signal) => {
      this.killGroup(); // as a container ends with its first process
      resolve(this.#terminated(code ?? 0, signal ?? undefined));
    });
    this.#child = child;
    this.#container = container;
    this.#environment = environment;
    this.ended = promise;
    this.processId = child.pid ?? 0;
  }

  /** Asks it to end. */
  terminate(): void {
    this.#child.kill("SIGTERM");
  }

  /** Ends it and whatever it has started. */
  killGroup(): void {
    try {
      if (this.processId > 0) process.kill(-this.processId, "SIGKILL");
    } catch {
      // there is none any more
    }
  }

  /** Runs a program in the container; answers what is wrong, or undefined where it ended well. */
  run(program: readonly string[], signal: AbortSignal): Promise<string | undefined> {
    const [file, ...words] = commandInside(this.processId, this.#container, program, IS_ROOT);
    const options = { env: this.#environment, signal, killSignal: "SIGKILL" } as const;
    return new Promise((resolve) => {
      execFile(file, words, options, (error, stdout, stderr) => {
        resolve(error === null ? undefined : `${stdout}${stderr}`.trim() || error.message);
      });
    });
  }

  #terminated(code: number, signal: NodeJS.Signals | undefined): Termination {
    const number = signal && constants.signals[signal];
    const exitCode = number === undefined ? code : SIGNALLED + number;
    return {
      exitCode,
      ...(number !== undefined && { signal: number }),
      reason: exitCode === 0 ? "Completed" : "Error",
      startedAt: this.startedAt,
      finishedAt: wholeSecondsTime(new Date()),
    };
  }
}

const IS_ROOT = process.getuid?.() === 0;

/** As shells and container runtimes have it. */
const CANNOT_START = 128;
const SIGNALLED = 128;
