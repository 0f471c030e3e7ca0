import { type Clock, sleep } from "./clock.ts";
import { isExpired, isTooLargeResourceVersion, KubernetesError } from "./kubernetes-error.ts";
import type { ReflectorOptions } from "./reflector-options.ts";
import type { ReflectorPauses } from "./reflector-pauses.ts";
import type { ReflectorPosition } from "./reflector-position.ts";
import { report } from "./reflector-report.ts";
import { ReflectorStream, type StreamEnd } from "./reflector-stream.ts";
import { isWorthRepeating } from "./reflector-verdict.ts";
import { keyOf, type Resource } from "./resource.ts";

export interface Initial<R extends Resource> {
  readonly objects: readonly R[];
  readonly resourceVersion: string;
  /** Goes on with what happens next. */
  readonly stream: ReflectorStream<R>;
}

/**
 * Everything as the first events of a watch (KEP-3157), as client-go's
 * watchList. Throws what makes a LIST necessary.
 */
export async function watchEverything<R extends Resource>(
  options: ReflectorOptions<R>,
  {
    position,
    pauses,
    signal,
  }: { readonly position: ReflectorPosition; readonly pauses: ReflectorPauses; readonly signal: AbortSignal },
): Promise<Initial<R>> {
  for (;;) {
    const outcome = await tryOnce(options, position, signal);
    if (outcome.kind === "done") return outcome.initial;
    if (outcome.kind === "unavailable" && !position.isUnavailable) {
      position.isUnavailable = true; // at once again with the newest version
      continue;
    }
    if (outcome.kind !== "repeat") throw outcome.because;
    report(options, outcome.because, "watch-list starts anew after a pause");
    await sleep(options.clock, pauses.after(outcome.because), signal);
  }
}

type Outcome<R extends Resource> =
  | { readonly kind: "done"; readonly initial: Initial<R> }
  | { readonly kind: "repeat" | "unavailable" | "failed"; readonly because: KubernetesError };

async function tryOnce<R extends Resource>(
  options: ReflectorOptions<R>,
  position: ReflectorPosition,
  signal: AbortSignal,
): Promise<Outcome<R>> {
  using patience = new Patience(options, signal);
  const stream = new ReflectorStream(options, {
    signal: patience.signal,
    sendInitialEvents: true,
    resourceVersionMatch: "NotOlderThan",
    resourceVersion: position.forWatchList,
  });
  const objects = new Map<string, R>();
  try {
    for (;;) {
      const event = await stream.next();
      patience.heard();
      switch (event.type) {
        case "ADDED":
        case "MODIFIED":
          objects.set(keyOf(event.object), event.object);
          break;
        case "DELETED":
          objects.delete(keyOf(event.object));
          break;
        case "BOOKMARK": {
          const { annotations, resourceVersion = "" } = event.object.metadata;
          if (annotations?.[INITIAL_EVENTS_END] !== "true") break;
          patience.rest();
          return { kind: "done", initial: { objects: [...objects.values()], resourceVersion, stream } };
        }
        case "ERROR":
          await stream[Symbol.asyncDispose]();
          return { kind: isUnavailable(event.error) ? "unavailable" : "failed", because: event.error };
        case "END":
          return judge(event);
      }
    }
  } catch (error) {
    await stream[Symbol.asyncDispose]();
    if (patience.isOver) return { kind: "failed", because: silent() };
    throw error;
  }
}

const INITIAL_EVENTS_END = "k8s.io/initial-events-end";

function judge({ refusal, events }: StreamEnd): Outcome<never> {
  if (refusal) {
    if (isUnavailable(refusal)) return { kind: "unavailable", because: refusal };
    return { kind: isWorthRepeating(refusal) ? "repeat" : "failed", because: refusal };
  }
  const because = fault("UnfinishedWatchList", "the watch-list ended before its initial events did");
  return { kind: events === 0 ? "failed" : "repeat", because };
}

function isUnavailable(error: KubernetesError): boolean {
  return isExpired(error) || isTooLargeResourceVersion(error);
}

function silent(): KubernetesError {
  return fault("SilentWatchList", `the watch-list said nothing for ${(WARN_MILLISECONDS * MOST_WARNINGS) / 1000} s`);
}

function fault(reason: string, message: string): KubernetesError {
  return new KubernetesError(message, { code: 0, reason });
}

const WARN_MILLISECONDS = 10_000;
const MOST_WARNINGS = 3;

/**
 * Warns every 10 s while no initial event comes, as client-go does. On purpose
 * otherwise: after 30 s it is over and LIST takes its place, since a server
 * older than 1.27 ignores the wish and would let us wait for ever.
 */
class Patience implements Disposable {
  readonly #clock: Clock;
  readonly #warn: () => void;
  readonly #own = new AbortController();
  readonly signal: AbortSignal;
  #timer: Disposable | undefined;
  #warnings = 0;

  constructor({ clock, logger, type }: ReflectorOptions<Resource>, signal: AbortSignal) {
    this.#clock = clock;
    this.#warn = () => logger.warn({ type: type.plural }, "still no end of the initial events of a watch-list");
    this.signal = AbortSignal.any([signal, this.#own.signal]);
    this.heard();
  }

  get isOver(): boolean {
    return this.#own.signal.aborted;
  }

  heard(): void {
    this.rest();
    this.#warnings = 0;
    this.#wait();
  }

  rest(): void {
    this.#timer?.[Symbol.dispose]();
  }

  [Symbol.dispose](): void {
    this.rest();
  }

  #wait(): void {
    this.#timer = this.#clock.after(WARN_MILLISECONDS, () => {
      this.#warn();
      this.#warnings += 1;
      if (this.#warnings < MOST_WARNINGS) this.#wait();
      else this.#own.abort(new Error("the watch-list is silent"));
    });
  }
}
