import type { Clock } from "./clock.ts";

/** What has to be seen as a whole before others can rely on it: an informer, or one handler of it. */
export interface SyncSource {
  readonly name: string;
  readonly hasSynced: boolean;
  /** Resolves when it has; never rejects. */
  readonly synced: Promise<void>;
}

export type SyncOutcome =
  | { readonly type: "synced" }
  | { readonly type: "stopped" | "timed-out"; readonly missing: readonly string[] };

export interface SyncLimits {
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly timeoutMilliseconds: number;
}

/** Waits for all sources, and names those that are missing when it waits no longer. client-go polls every 100 ms. */
export async function waitForSync(sources: readonly SyncSource[], limits: SyncLimits): Promise<SyncOutcome> {
  const { signal, clock, timeoutMilliseconds } = limits;
  const end = Promise.withResolvers<"synced" | "stopped" | "timed-out">();
  const stop = () => end.resolve("stopped");
  if (signal.aborted) stop();
  signal.addEventListener("abort", stop, { once: true });
  using _timer = clock.after(timeoutMilliseconds, () => end.resolve("timed-out"));
  void Promise.all(sources.map(({ synced }) => synced)).then(() => end.resolve("synced"));
  const type = await end.promise;
  signal.removeEventListener("abort", stop);
  const missing = sources.filter(({ hasSynced }) => !hasSynced).map(({ name }) => name);
  return type === "synced" ? { type } : { type, missing };
}

/** Waits for promises that should settle soon, and says whether they did in time. */
export async function settledWithin(
  promises: Iterable<Promise<unknown>>,
  clock: Clock,
  milliseconds: number,
): Promise<boolean> {
  const end = Promise.withResolvers<boolean>();
  using _timer = clock.after(milliseconds, () => end.resolve(false));
  void Promise.allSettled(promises).then(() => end.resolve(true));
  return await end.promise;
}
