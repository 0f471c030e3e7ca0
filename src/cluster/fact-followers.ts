import type { Change } from "#kube/change.ts";
import type { Logger } from "#observability/logger.ts";
import type { FactKind } from "#policy/fact-index.ts";
import type { FactHandler, FactObject } from "./fact-handler.ts";

/**
 * Shown a change of a fact before the index takes it in. What it returns is called
 * afterwards, so that it can ask the index about the state before and the state after.
 */
export type FactFollower = (kind: FactKind, change: Change<FactObject>) => (() => void) | undefined;

/** Those who want to know of changes of facts in step with the index. */
export class FactFollowers {
  readonly #followers = new Set<FactFollower>();
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  add(follower: FactFollower): Disposable {
    this.#followers.add(follower);
    return { [Symbol.dispose]: () => void this.#followers.delete(follower) };
  }

  /** A handler that is shown each change in the midst of the followers. */
  around(kind: FactKind, handler: FactHandler): FactHandler {
    return (change) => {
      const ends = Array.from(this.#followers, (follower) => this.#guarded(() => follower(kind, change)));
      try {
        handler(change);
      } finally {
        for (const end of ends) this.#guarded(() => end?.());
      }
    };
  }

  /** The facts are for verdicts first: a follower that throws must not keep one out of the index. */
  #guarded<T>(run: () => T): T | undefined {
    try {
      return run();
    } catch (error) {
      this.#logger.error({ err: error }, "a follower of facts failed");
      return undefined;
    }
  }
}
