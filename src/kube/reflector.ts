import { sleep } from "./clock.ts";
import { KubernetesError } from "./kubernetes-error.ts";
import { listEverything } from "./reflector-list.ts";
import type { ReflectorOptions } from "./reflector-options.ts";
import { ReflectorPauses } from "./reflector-pauses.ts";
import { ReflectorPosition } from "./reflector-position.ts";
import { nameOf, report } from "./reflector-report.ts";
import { ReflectorStream } from "./reflector-stream.ts";
import { SHORT_MILLISECONDS, type Verdict, verdictOnEnd, verdictOnError } from "./reflector-verdict.ts";
import { watchEverything } from "./reflector-watch-list.ts";
import type { Resource } from "./resource.ts";

/**
 * Tells a sink what the API server holds, and goes on telling it, whatever
 * happens to server and connection. Follows client-go's reflector: a cycle reads
 * everything, by watch-list or else by LIST, and then watches from there for as
 * long as watches can follow each other; a cycle that fails is followed by a
 * pause of 0.8 to 60 s and the next one. Where it differs on purpose the file in
 * question says so.
 */
export class Reflector<R extends Resource> {
  readonly #options: ReflectorOptions<R>;
  readonly #position = new ReflectorPosition();
  readonly #pauses: ReflectorPauses;

  constructor(options: ReflectorOptions<R>) {
    this.#options = options;
    this.#pauses = new ReflectorPauses(options);
  }

  /** Up to where the sink has seen; empty before the first list. */
  get lastResourceVersion(): string {
    return this.#position.last;
  }

  /** Resolves once the signal is aborted and nothing more will reach the sink. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const fault = await this.#cycle(signal).catch((error: unknown) => error);
      if (!signal.aborted) report(this.#options, fault, "list or watch failed; listing again after a pause");
      await this.#pause(fault, signal).catch(() => undefined);
    }
  }

  /** Ends only by throwing what makes a new list necessary, or an abort. */
  async #cycle(signal: AbortSignal): Promise<never> {
    let stream = await this.#readEverything(signal);
    for (let quickEnds = 0; ; ) {
      stream ??= new ReflectorStream(this.#options, { signal, resourceVersion: this.#position.last });
      const { verdict, milliseconds } = await this.#follow(stream, quickEnds, signal);
      stream = undefined;
      quickEnds = milliseconds < SHORT_MILLISECONDS ? quickEnds + 1 : 0;
      if (verdict.kind === "relist") throw verdict.because;
      if (verdict.kind === "pause") {
        if (verdict.because) report(this.#options, verdict.because, "watching again after a pause");
        await this.#pause(verdict.because, signal);
      }
    }
  }

  #pause(because: unknown, signal: AbortSignal): Promise<void> {
    return sleep(this.#options.clock, this.#pauses.after(because), signal);
  }

  /** Gives everything to the sink. A watch-list goes on as the stream that it answers. */
  async #readEverything(signal: AbortSignal): Promise<ReflectorStream<R> | undefined> {
    const initial = await this.#watchEverything(signal);
    const everything = initial ?? (await listEverything(this.#options, this.#position, signal));
    signal.throwIfAborted();
    this.#options.metrics?.listed(nameOf(this.#options));
    try {
      this.#options.sink.replace(everything.objects, everything.resourceVersion);
    } catch (error) {
      await initial?.stream[Symbol.asyncDispose]();
      throw error;
    }
    this.#position.reached(everything.resourceVersion);
    initial?.stream.restart();
    return initial?.stream;
  }

  /** Nothing when LIST has to do it, for this cycle only. */
  async #watchEverything(signal: AbortSignal) {
    if (this.#options.usesWatchList === false) return undefined;
    try {
      return await watchEverything(this.#options, { position: this.#position, pauses: this.#pauses, signal });
    } catch (error) {
      if (!(error instanceof KubernetesError)) throw error;
      report(this.#options, error, "no watch-list; listing instead");
      return undefined;
    }
  }

  /** Passes events on until the stream ends, and says what is to follow. */
  async #follow(
    stream: ReflectorStream<R>,
    quickEnds: number,
    signal: AbortSignal,
  ): Promise<{ verdict: Verdict; milliseconds: number }> {
    await using open = stream;
    const { sink, metrics } = this.#options;
    // A watch from nowhere starts with what exists, in any order: no place to come back to.
    let isPlaceKnown = this.#position.last !== "" && this.#position.last !== "0";
    for (;;) {
      const event = await open.next();
      signal.throwIfAborted();
      if (event.type === "END") {
        const verdict = verdictOnEnd(event, quickEnds);
        if (verdict.kind === "relist" && !event.refusal) metrics?.endedShort(nameOf(this.#options));
        return { verdict, milliseconds: event.milliseconds };
      }
      if (event.type === "ERROR") {
        return { verdict: verdictOnError(event.error), milliseconds: Number.POSITIVE_INFINITY };
      }
      const { resourceVersion = "" } = event.object.metadata;
      if (event.type === "BOOKMARK") sink.bookmark(resourceVersion);
      else sink.handle(event.type, event.object);
      isPlaceKnown ||= event.type !== "ADDED";
      if (isPlaceKnown) this.#position.last = resourceVersion;
    }
  }
}
