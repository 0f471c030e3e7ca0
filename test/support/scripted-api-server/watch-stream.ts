import type { ServerResponse } from "node:http";
import { type Failure, statusOf } from "./answer.ts";
import type { Change, Draft } from "./object-log.ts";
import type { RecordedRequest } from "./request.ts";

/** The server's end of one watch, with the ways in which it can go wrong. */
export class WatchStream {
  readonly request: RecordedRequest;
  readonly #response: ServerResponse;
  readonly #bookmark: (annotations?: Readonly<Record<string, string>>) => object;
  #isMute = false;
  #chunkBytes = Number.POSITIVE_INFINITY;

  constructor(request: RecordedRequest, response: ServerResponse, bookmark: WatchStream["bookmarkObject"]) {
    this.request = request;
    this.#response = response;
    this.#bookmark = bookmark;
  }

  get isOpen(): boolean {
    return !this.#response.writableEnded && !this.#response.destroyed;
  }

  get bookmarkObject(): (annotations?: Readonly<Record<string, string>>) => object {
    return this.#bookmark;
  }

  /** Resolves when either end closed the connection or the answer. */
  get closed(): Promise<void> {
    if (!this.isOpen) return Promise.resolve();
    return new Promise((resolve) => void this.#response.once("close", resolve));
  }

  /** An event, which need not have happened: duplicates, other kinds, unknown keys. */
  send(type: Change, object: Draft): void {
    this.write(frame(type, object));
  }

  /** A bookmark at the newest version. */
  bookmark(annotations?: Readonly<Record<string, string>>): void {
    this.write(frame("BOOKMARK", this.#bookmark(annotations)));
  }

  /** An ERROR event, after which a real server closes. */
  fail(failure: Failure): void {
    this.write(frame("ERROR", statusOf(failure)));
    this.end();
  }

  /** Any bytes at all. */
  write(bytes: string | Buffer): void {
    if (this.#isMute || !this.isOpen) return;
    const buffer = Buffer.from(bytes);
    for (let start = 0; start < buffer.length; start += this.#chunkBytes) {
      this.#response.write(buffer.subarray(start, start + this.#chunkBytes));
    }
  }

  /** Everything from here on goes out in chunks of this size, across characters and frames alike. */
  chunk(bytes: number): void {
    this.#chunkBytes = bytes;
  }

  /** Ends cleanly, as at the server's own time-out. */
  end(): void {
    this.#response.end();
  }

  /** Breaks the connection; what was written before may be lost. */
  reset(): void {
    this.#response.socket?.resetAndDestroy();
  }

  /** Says nothing more and stays open: the far end of a half-open connection. */
  mute(): void {
    this.#isMute = true;
  }
}

/** One line of a watch. */
export function frame(type: string, object: unknown): string {
  return `${JSON.stringify({ type, object })}\n`;
}
