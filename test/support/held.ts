/** Something that was stopped on its way, until it is let go. */
export interface Held {
  /** Resolves when it has come to where it is held. */
  readonly arrived: Promise<void>;
  release(): void;
}

/** Holds back the next thing of its kind: whoever waits here waits until it is released. */
export class Hold implements Held {
  readonly #arrived = Promise.withResolvers<void>();
  readonly #released = Promise.withResolvers<void>();

  get arrived(): Promise<void> {
    return this.#arrived.promise;
  }

  /** Says that it has come, and resolves when it may go on. */
  wait(): Promise<void> {
    this.#arrived.resolve();
    return this.#released.promise;
  }

  release(): void {
    this.#released.resolve();
  }
}
