/** What stands in a heap knows where, so that it can leave from the middle. */
export interface HeapItem {
  /** Kept by the heap; -1 outside of one. */
  position: number;
}

/** A binary heap from which any item can be taken, so that nothing stale stays in it. */
export class Heap<T extends HeapItem> {
  readonly #items: T[] = [];
  readonly #isBefore: (a: T, b: T) => boolean;

  constructor(isBefore: (a: T, b: T) => boolean) {
    this.#isBefore = isBefore;
  }

  get size(): number {
    return this.#items.length;
  }

  /** The item that is before all others. */
  get first(): T | undefined {
    return this.#items[0];
  }

  push(item: T): void {
    this.#place(item, this.#items.length);
    this.#rise(item);
  }

  /** Takes an item out, wherever it stands; it must be in this heap. */
  remove(item: T): void {
    const hole = item.position;
    const last = this.#items.pop();
    item.position = -1;
    if (last === undefined || last === item) return;
    this.#place(last, hole);
    this.#rise(last);
    this.#sink(last);
  }

  clear(): void {
    for (const item of this.#items) item.position = -1;
    this.#items.length = 0;
  }

  #rise(item: T): void {
    while (item.position > 0) {
      const parent = this.#items[(item.position - 1) >> 1];
      if (!parent || !this.#isBefore(item, parent)) return;
      this.#swap(parent, item);
    }
  }

  #sink(item: T): void {
    for (;;) {
      const child = this.#earlierChild(item.position);
      if (!child || !this.#isBefore(child, item)) return;
      this.#swap(item, child);
    }
  }

  #earlierChild(position: number): T | undefined {
    const left = this.#items[2 * position + 1];
    const right = this.#items[2 * position + 2];
    return left && right && this.#isBefore(right, left) ? right : left;
  }

  #swap(a: T, b: T): void {
    const position = a.position;
    this.#place(a, b.position);
    this.#place(b, position);
  }

  #place(item: T, position: number): void {
    this.#items[position] = item;
    item.position = position;
  }
}
