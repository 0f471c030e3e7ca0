import type { WatchEvent, WatchOptions } from "./client.ts";
import { KubernetesError } from "./kubernetes-error.ts";
import { expectedKind, type ReflectorOptions } from "./reflector-options.ts";
import { nameOf } from "./reflector-report.ts";
import type { Resource } from "./resource.ts";

/** An open watch of a reflector, with what its end has to be judged by. */
export class ReflectorStream<R extends Resource> implements AsyncDisposable {
  readonly #options: ReflectorOptions<R>;
  readonly #events: AsyncIterator<WatchEvent<R>>;
  readonly #expected: { readonly apiVersion: string; readonly kind: string };
  #openedAt: number;
  #count = 0;

  constructor(options: ReflectorOptions<R>, query: WatchOptions) {
    const { client, type, selection, clock, idleMilliseconds, random = Math.random } = options;
    const { metadataOnly = false, withoutManagedFields = false } = options;
    this.#options = options;
    this.#expected = expectedKind(options);
    this.#openedAt = clock.now();
    options.metrics?.watched(nameOf(options));
    const watched = client.watch<R>(type, selection, {
      ...query,
      allowWatchBookmarks: true,
      // Random, lest all watches of a restarted server end together.
      timeoutSeconds: Math.floor(SHORTEST_TIMEOUT_SECONDS * (1 + random())),
      metadataOnly,
      withoutManagedFields,
      ...(idleMilliseconds !== undefined && { idleMilliseconds }),
      ...(options.onWatching && { onOpen: options.onWatching }),
    });
    this.#events = watched[Symbol.asyncIterator]();
  }

  /** The next event of the right kind, or how it ended. Throws only for an abort. */
  async next(): Promise<WatchEvent<R> | StreamEnd> {
    try {
      for (;;) {
        const step = await this.#events.next();
        if (step.done === true) return this.#end(undefined);
        const event = step.value;
        this.#count += 1;
        if (event.type === "ERROR" || event.type === "BOOKMARK" || this.#isExpected(event.object)) return event;
      }
    } catch (error) {
      if (error instanceof KubernetesError) return this.#end(error);
      throw error;
    }
  }

  /** From here on the end is judged as if it had been opened now. */
  restart(): void {
    this.#openedAt = this.#options.clock.now();
    this.#count = 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#events.return?.();
  }

  #end(refusal: KubernetesError | undefined): StreamEnd {
    const milliseconds = this.#options.clock.now() - this.#openedAt;
    return { type: "END", refusal, events: this.#count, milliseconds };
  }

  /** As client-go's reflector, an object of another kind is skipped. */
  #isExpected({ apiVersion, kind }: R): boolean {
    if (apiVersion === this.#expected.apiVersion && kind === this.#expected.kind) return true;
    this.#options.logger.error({ ...this.#expected, got: { apiVersion, kind } }, "watch event of another kind skipped");
    return false;
  }
}

/** How a watch ended. */
export interface StreamEnd {
  readonly type: "END";
  /** Why it was not opened; absent when it was and then closed. */
  readonly refusal: KubernetesError | undefined;
  readonly events: number;
  readonly milliseconds: number;
}

/** The server's time-out lies between this and twice this, as client-go has it. */
const SHORTEST_TIMEOUT_SECONDS = 300;
