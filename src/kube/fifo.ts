/** First in, first out, in constant time: an array's `shift` moves all that follows. */
export class Fifo<T> {
  #incoming: T[] = [];
  #outgoing: T[] = []; // reversed: the oldest is last

  get length(): number {
    return this.#incoming.length + this.#outgoing.length;
  }

  push(item: T): void {
    this.#incoming.push(item);
  }

  shift(): T | undefined {
    if (this.#outgoing.length === 0) {
      this.#outgoing = this.#incoming.reverse();
      this.#incoming = [];
    }
    return this.#outgoing.pop();
  }

  clear(): void {
    this.#incoming = [];
    this.#outgoing = [];
  }
}
