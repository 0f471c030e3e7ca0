/**
 * Cuts a stream of bytes into lines, wherever the chunks end: whole ones, which can
 * be decoded, since in UTF-8 a newline is no part of another character. A long line is joined once, not once for each chunk.
 */
export class LineSplitter {
  readonly #longestBytes: number;
  #parts: Buffer[] = [];
  #bytes = 0;

  constructor(longestBytes: number = LONGEST_LINE_BYTES) {
    this.#longestBytes = longestBytes;
  }

  /** The lines that this chunk completes, without empty ones. Throws RangeError for one that is too long. */
  *push(chunk: Buffer): Generator<Buffer, void> {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      const line = this.#complete(chunk, start, end);
      start = end + 1;
      if (line.length > 0) yield line;
    }
    if (start === chunk.length) return;
    this.#parts.push(chunk.subarray(start));
    this.#bytes += chunk.length - start;
    if (this.#bytes > this.#longestBytes) throw new RangeError(`a line has more than ${this.#longestBytes} bytes`);
  }

  #complete(chunk: Buffer, start: number, end: number): Buffer {
    if (this.#parts.length === 0) return chunk.subarray(start, end);
    const line = Buffer.concat([...this.#parts, chunk.subarray(start, end)]);
    this.#parts = [];
    this.#bytes = 0;
    return line;
  }
}

const NEWLINE = 0x0a;

/** etcd takes 1.5 MB for an object; this leaves room for API servers with another store. */
const LONGEST_LINE_BYTES = 64 * 1024 * 1024;
