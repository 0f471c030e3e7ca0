/** A list without its items, and they beside it. */
export interface ParsedList<Item> {
  readonly envelope: unknown;
  readonly items: readonly Item[];
}

/**
 * Parses the JSON of a list while it arrives, one item after the other. A list
 * from the API server's watch cache has no pages: 50,000 objects of 2 KB are one
 * document of 100 MB, and JSON.parse would block everything else for a second.
 */
export class ListParser<Item> {
  readonly #items: Item[] = [];
  readonly #envelope: Buffer[] = [];
  #item: Buffer[] = [];
  #depth = 0;
  #isInString = false;
  #isEscaped = false;
  #isInItems = false;
  readonly #read: (json: Buffer) => Item;

  /** `read` makes an item of its JSON. */
  constructor(read: (json: Buffer) => Item) {
    this.#read = read;
  }

  push(chunk: Buffer): void {
    let start = 0; // of what belongs to the envelope or to the item that is being read
    for (let index = this.#isInString ? this.#skipString(chunk, 0) : 0; index < chunk.length; index += 1) {
      const byte = chunk[index];
      if (byte === QUOTE) {
        index = this.#skipString(chunk, index + 1) - 1;
      } else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
        start = this.#open(chunk, start, index);
      } else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) {
        start = this.#close(chunk, start, index);
      }
    }
    this.#keep(chunk, start);
  }

  /** Throws SyntaxError when the document is not complete. */
  finish(): ParsedList<Item> {
    return { envelope: JSON.parse(Buffer.concat(this.#envelope).toString("utf8")), items: this.#items };
  }

  /** Most bytes of a list are in strings, so this loop touches nothing but the chunk. Answers where to go on. */
  #skipString(chunk: Buffer, from: number): number {
    let index = this.#isEscaped ? from + 1 : from;
    this.#isEscaped = false;
    for (; index < chunk.length; index += 1) {
      const byte = chunk[index];
      if (byte === QUOTE) {
        this.#isInString = false;
        return index + 1;
      }
      if (byte === BACKSLASH) index += 1;
    }
    this.#isInString = true;
    this.#isEscaped = index > chunk.length; // the chunk ends with a backslash
    return index;
  }

  #open(chunk: Buffer, start: number, index: number): number {
    this.#depth += 1;
    if (this.#isInItems) return this.#depth === ITEM_DEPTH ? index : start;
    const isArrayInList = this.#depth === ITEMS_DEPTH && chunk[index] === OPEN_ARRAY;
    if (!isArrayInList || !this.#startsItems(chunk, start, index)) return start;
    this.#isInItems = true;
    return index + 1;
  }

  #close(chunk: Buffer, start: number, index: number): number {
    this.#depth -= 1;
    if (!this.#isInItems || this.#depth > ITEMS_DEPTH) return start;
    if (this.#depth === ITEMS_DEPTH) {
      this.#finishItem(chunk, start, index + 1);
      return index + 1;
    }
    this.#isInItems = false;
    return index;
  }

  /** Whether the array that opens here is the value of `items`; if so what stands before it goes to the envelope. */
  #startsItems(chunk: Buffer, start: number, index: number): boolean {
    const before = Buffer.concat([...this.#envelope, chunk.subarray(start, index)]).toString("utf8");
    if (!/"items"\s*:\s*$/.test(before)) return false;
    this.#envelope.push(chunk.subarray(start, index + 1));
    return true;
  }

  #finishItem(chunk: Buffer, start: number, end: number): void {
    const last = chunk.subarray(start, end);
    const json = this.#item.length === 0 ? last : Buffer.concat([...this.#item, last]);
    this.#item = [];
    this.#items.push(this.#read(json));
  }

  /** The rest of a chunk: of an item, of the envelope, or the comma between two items. */
  #keep(chunk: Buffer, start: number): void {
    if (!this.#isInItems) this.#envelope.push(chunk.subarray(start));
    else if (this.#depth >= ITEM_DEPTH) this.#item.push(chunk.subarray(start));
  }
}

/** `{"items":[` */
const ITEMS_DEPTH = 2;
const ITEM_DEPTH = 3;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
