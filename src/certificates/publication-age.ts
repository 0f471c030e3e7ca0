/**
 * For how long one process has seen the same authorities published and the same certificate
 * stored. By a clock that nobody sets, and from when it first looked: who takes over waits again.
 */
export class PublicationAge {
  #seen: { readonly text: string; readonly since: number } | undefined;

  /** Of what is published and stored now, in milliseconds, by a clock that only runs. */
  of(published: readonly string[] | undefined, leaf: string | undefined, now: number): number {
    if (published === undefined) {
      this.#seen = undefined;
      return 0;
    }
    const text = JSON.stringify([published, leaf]);
    if (this.#seen?.text !== text) this.#seen = { text, since: now };
    return now - this.#seen.since;
  }
}
