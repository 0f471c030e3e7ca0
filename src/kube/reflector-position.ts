/**
 * Up to where a reflector has seen. Resource versions are opaque: they are kept
 * and given back, never compared.
 */
export class ReflectorPosition {
  /** Empty before the first list. */
  last = "";
  /** The server says that it does not have `last` any more, or not yet. */
  isUnavailable = false;
  /** The server gave pages even at version 0, so it has no watch cache for the resource. */
  isPaged = false;

  /** Everything up to here is known. */
  reached(resourceVersion: string): void {
    this.last = resourceVersion;
    this.isUnavailable = false;
  }

  /** For a LIST, as client-go's relistResourceVersion: the cache will do, but time must not run backwards. */
  get forList(): string {
    if (this.isUnavailable) return "";
    return this.last === "" ? "0" : this.last;
  }

  /** For a watch-list, as client-go's rewatchResourceVersion. */
  get forWatchList(): string {
    return this.isUnavailable ? "" : this.last;
  }
}
