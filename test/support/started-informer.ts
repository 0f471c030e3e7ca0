import type { Change, ChangeHandler } from "#kube/change.ts";
import type { Clock } from "#kube/clock.ts";
import type { ReflectorSink } from "#kube/resource.ts";
import { type InformerOptions, SharedInformer } from "#kube/shared-informer.ts";
import { ManualClock } from "./manual-clock.ts";
import { aborted, keptLog, type Thing } from "./resources.ts";

/** An informer that runs, and the sink through which a test plays its reflector. */
export interface StartedInformer {
  readonly informer: SharedInformer<Thing>;
  readonly clock: ManualClock;
  readonly lines: readonly Record<string, unknown>[];
  /** The sinks of all cycles that were started. */
  readonly sinks: readonly ReflectorSink<Thing>[];
  readonly sink: ReflectorSink<Thing>;
  /** Ends the informer and resolves when it has. */
  readonly stop: () => Promise<void>;
}

/** Frozen objects, time that stands still, no jitter; unless said otherwise. */
export function startInformer(options: Partial<InformerOptions<Thing>> = {}): StartedInformer {
  const clock = new ManualClock();
  const { logger, lines } = keptLog();
  const informer = new SharedInformer<Thing>({
    name: "things",
    logger,
    clock,
    freeze: true,
    random: () => 0.5,
    ...options,
  });
  const sinks: ReflectorSink<Thing>[] = [];
  const abort = new AbortController();
  const ended = informer.run((sink, signal) => {
    sinks.push(sink);
    return aborted(signal);
  }, abort.signal);
  return {
    informer,
    clock,
    lines,
    sinks,
    get sink() {
      const sink = sinks.at(-1);
      if (!sink) throw new Error("the reflector was not started");
      return sink;
    },
    stop: () => {
      abort.abort();
      return ended;
    },
  };
}

/** A clock on which each look takes longer than a slice, so that work pauses wherever it may. */
export function slowClock(manual: ManualClock): Clock {
  let looks = 0;
  return {
    now() {
      looks += 5;
      return manual.now() + looks;
    },
    date: () => manual.date(),
    after: (milliseconds, run) => manual.after(milliseconds, run),
  };
}

/** A change in a few words: `+a@1`, `~a@1>2`, `-a@2`; `?` marks an unknown final state, `!` another object, `*` a resync. */
export function inShort(change: Change<Thing>): string {
  const { name, resourceVersion } = change.object.metadata;
  switch (change.type) {
    case "added":
      return `+${name}@${resourceVersion}${change.isInInitialList ? " initial" : ""}`;
    case "updated": {
      const mark = `${change.isRecreated ? "!" : ""}${change.isResync ? "*" : ""}`;
      return `~${name}@${change.old.metadata.resourceVersion}>${resourceVersion}${mark}`;
    }
    case "deleted":
      return `-${name}@${resourceVersion}${change.finalStateUnknown ? "?" : ""}`;
    default:
      return change satisfies never;
  }
}

/** A handler that writes down what it is told. */
export function recorder(): { readonly seen: string[]; readonly handler: ChangeHandler<Thing> } {
  const seen: string[] = [];
  return { seen, handler: (change) => void seen.push(inShort(change)) };
}
