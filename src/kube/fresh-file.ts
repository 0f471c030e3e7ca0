import { readFile } from "node:fs/promises";
import type { Clock } from "./clock.ts";

/**
 * A small file that others replace, such as a mounted token or authority. It is
 * read again when it is asked for and ten seconds have passed; client-go reads
 * tokens each minute and authorities each five. While it cannot be read the
 * content before stays in use, since a kubelet swaps directories under us.
 */
export class FreshFile {
  readonly #path: string;
  readonly #clock: Clock;
  #content: string | undefined;
  #readAt = Number.NEGATIVE_INFINITY;
  #reading: Promise<string> | undefined;

  constructor(path: string, clock: Clock) {
    this.#path = path;
    this.#clock = clock;
  }

  async read(refresh: boolean): Promise<string> {
    const isFresh = this.#clock.now() - this.#readAt < FRESH_MILLISECONDS;
    if (this.#content !== undefined && isFresh && !refresh) return this.#content;
    this.#reading ??= this.#readNow().finally(() => void (this.#reading = undefined));
    return this.#reading;
  }

  async #readNow(): Promise<string> {
    try {
      const content = await readFile(this.#path, "utf8");
      if (content.trim() !== "") this.#content = content; // empty: caught while it is written
    } catch (error) {
      if (this.#content === undefined) throw error;
    }
    this.#readAt = this.#clock.now();
    if (this.#content === undefined) throw new Error(`${this.#path} is empty`);
    return this.#content;
  }
}

const FRESH_MILLISECONDS = 10_000;
