/**
 * Requests under way at once. Five API servers with all the 600 requests in flight
 * that each allows by default; an ordinary review takes 0.2 ms, so that the last of
 * them is judged within the shortest deadline, which is a second.
 */
const MAX_REQUESTS = 3000;

/**
 * Bytes of their bodies at once: nine of the largest or seven thousand ordinary
 * ones. At 10 µs a KiB they are judged within a second, too.
 */
const MAX_BYTES = 64 * 1024 * 1024;

/** What the requests under way take together, so that neither time nor memory runs out. */
export class AdmissionLoad {
  readonly #limits: LoadLimits;
  #requests = 0;
  #bytes = 0;

  constructor(limits: LoadLimits = { requests: MAX_REQUESTS, bytes: MAX_BYTES }) {
    this.#limits = limits;
  }

  /** Whether there are as many requests as may be; the one that asks has entered. */
  get isCrowded(): boolean {
    return this.#requests > this.#limits.requests;
  }

  enter(): void {
    this.#requests += 1;
  }

  /** Takes room for more bytes of a body; false where there is none. */
  take(bytes: number): boolean {
    if (this.#bytes + bytes > this.#limits.bytes) return false;
    this.#bytes += bytes;
    return true;
  }

  /** The request is over, with all the bytes that were taken for it. */
  leave(bytes: number): void {
    this.#requests -= 1;
    this.#bytes -= bytes;
  }
}

export interface LoadLimits {
  readonly requests: number;
  readonly bytes: number;
}
