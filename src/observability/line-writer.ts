import { write, writeSync } from "node:fs";

/** Bytes of lines that wait at most, some ten thousand: whoever reads them stopped. */
const MAX_PENDING = 4 * 1024 * 1024;

/** Milliseconds until a full pipe is tried again. */
const RETRY = 20;

/**
 * Writes lines to a file descriptor, all of one turn of the event loop together,
 * since a system call for each is 8 % of a review. Nobody waits for it: a reader
 * that stalls costs lines, one that went away costs nothing. (pino's own
 * destination retries for ever when it flushes into a closed pipe.)
 */
export class LineWriter {
  readonly #descriptor: number;
  #pending = "";
  #isBusy = false;
  #dropped = 0;

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  write(line: string): void {
    if (this.#pending.length > MAX_PENDING) {
      this.#dropped += 1;
      return;
    }
    this.#pending += line;
    if (this.#isBusy) return;
    this.#isBusy = true;
    setImmediate(() => this.#writePending());
  }

  /** Writes what still waits, for when the process ends at once. */
  flush(): void {
    try {
      if (this.#pending !== "") writeSync(this.#descriptor, this.#take());
    } catch {
      // There is nobody left to be told.
    }
  }

  #writePending(): void {
    if (this.#pending === "") this.#isBusy = false;
    else this.#writeAll(this.#take());
  }

  #writeAll(chunk: Buffer): void {
    write(this.#descriptor, chunk, (error, written) => {
      if (error?.code === "EAGAIN") setTimeout(() => this.#writeAll(chunk), RETRY);
      else if (!error && written < chunk.length) this.#writeAll(chunk.subarray(written));
      else this.#writePending();
    });
  }

  #take(): Buffer {
    const note =
      this.#dropped === 0 ? "" : `${JSON.stringify({ level: "warn", msg: "lines dropped", count: this.#dropped })}\n`;
    const chunk = Buffer.from(this.#pending + note);
    [this.#pending, this.#dropped] = ["", 0];
    return chunk;
  }
}
