/**
 * For how long one process has seen the same authorities published. By a clock that nobody
 * sets, and from when it first looked: who takes over waits again.
 */
export class PublicationAge {
  #seen: { readonly published: string; readonly since: number } | undefined;

  /** What is published now, by a clock that only runs. Milliseconds. */
  of(published: readonly string[] | undefined, now: number): number {
    if (published === undefined) {
      this.#seen = undefined;
      return 0;
    }
    const text = JSON.stringify(published);
    if (this.#seen?.published !== text) this.#seen = { published: text, since: now };
    return now - this.#seen.since;
  }
}
