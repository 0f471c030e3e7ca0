import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { poll } from "../control-plane/poll.ts";

/** `gatehouse watch` as a process of its own. Disposing kills it. */
export class WatchProcess implements AsyncDisposable {
  readonly lines: string[] = [];
  /** Standard error. */
  readonly said: string[] = [];
  readonly ended: Promise<unknown[]>;
  readonly #child;

  constructor(...words: readonly string[]) {
    this.#child = spawn(process.execPath, [PROGRAM, "watch", ...words], { stdio: ["ignore", "pipe", "pipe"] });
    this.ended = once(this.#child, "close");
    createInterface(this.#child.stdout).on("line", (line) => void this.lines.push(line));
    createInterface(this.#child.stderr).on("line", (line) => void this.said.push(line));
  }

  /** Resolves once it shows what there was, and watches. */
  async watching(): Promise<void> {
    await poll("watching", async () => this.said.some((line) => line.includes("watching until Ctrl-C")));
  }

  /** Every line so far without its time, once one of them is this. */
  async shown(line: string): Promise<readonly string[]> {
    return poll(`the line ${line}`, async () => {
      const lines = this.lines.map((line) => line.replace(/^\d\d:\d\d:\d\d /, ""));
      return lines.includes(line) && lines;
    });
  }

  async interrupt(): Promise<unknown> {
    this.#child.kill("SIGINT");
    return (await this.ended)[0];
  }

  /** Stops reading, as `| head` does. */
  turnAway(): void {
    this.#child.stdout.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.ended;
  }
}

const PROGRAM = join(import.meta.dirname, "../../../src/main.ts");
