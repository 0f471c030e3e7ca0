import { CLEANUP_FINALIZER } from "#api/controller-names.ts";
import type { FactObject } from "#cluster/fact-handler.ts";
import { factType } from "#cluster/fact-types.ts";
import type { Clock } from "#kube/clock.ts";
import { ControllerLoop } from "#kube/controller-loop.ts";
import { hasFinalizer } from "#kube/finalizers.ts";
import { isConflict } from "#kube/kubernetes-error.ts";
import type { Reconcile } from "#kube/reconcile-attempt.ts";
import type { ReconcileMetrics } from "#kube/reconcile-metrics.ts";
import { DONE, retry, retryAfter } from "#kube/reconcile-result.ts";
import type { StoreReader } from "#kube/store.ts";
import type { SyncSource } from "#kube/sync.ts";
import { TimeSlice } from "#kube/time-slice.ts";
import { WorkQueue } from "#kube/work-queue.ts";
import type { WorkQueueMetrics } from "#kube/work-queue-metrics.ts";
import type { Logger } from "#observability/logger.ts";
import type { FactKind } from "#policy/fact-index.ts";
import { clearStatus } from "./clear-status.ts";
import { NOTHING_MORE, type Told } from "./told.ts";
import { withdrawStatus } from "./withdraw-status.ts";
import { type Status, type StatusWriting, writeStatus } from "./write-status.ts";

/** What every loop needs. */
export interface StatusLoops extends StatusWriting {
  readonly stores: (kind: FactKind) => StoreReader<FactObject>;
  readonly sources: readonly SyncSource[];
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: { readonly queue: WorkQueueMetrics; readonly reconcile: ReconcileMetrics };
}

/** What is to be said of an object; undefined where that is not ours to say. */
export type Tell = (
  object: FactObject,
  beside: { readonly now: Date; readonly slice: TimeSlice; readonly signal: AbortSignal },
) => Promise<Saying> | Saying;

type Saying = Told<Status> | typeof NOTHING_MORE | undefined;

/** The objects of one kind whose status may have to be another, and who sees to it. */
export interface StatusLoop {
  readonly queue: WorkQueue;
  run(signal: AbortSignal): Promise<void>;
}

/** Writes what is to be said of the objects of one kind, as they are queued and when time changes it. */
export function statusLoop(kind: FactKind, tell: Tell, loops: StatusLoops): StatusLoop {
  const { sources, clock, logger, metrics } = loops;
  const name = kind.toLowerCase();
  const queue = new WorkQueue({ name, clock, metrics: metrics.queue });
  const loop = new ControllerLoop({
    name,
    queue,
    reconcile: reconciler(kind, tell, loops),
    sources,
    concurrency: CONCURRENCY,
    logger,
    clock,
    metrics: metrics.reconcile,
  });
  return { queue, run: (signal) => loop.run(signal) };
}

/** Most of the time is spent on waiting for the API server, which has its own say in how fast this goes. */
const CONCURRENCY = 4;

function reconciler(kind: FactKind, tell: Tell, loops: StatusLoops): Reconcile {
  const { stores, clock } = loops;
  const slice = new TimeSlice(clock);
  return async (key, { signal }) => {
    if (slice.isOver) await slice.rest();
    const object = stores(kind).get(key);
    if (!object || isGoing(object)) return DONE;
    const told = await tell(object, { now: clock.date(), slice, signal });
    if (!told) return DONE;
    const write = { ...loops, type: factType(kind), present: object, signal };
    try {
      if (told === NOTHING_MORE) {
        await withdrawStatus(write);
        return DONE;
      }
      const present = told.isAnew === true ? await clearStatus(write) : object;
      if (present) await writeStatus({ ...write, present, status: told.status });
    } catch (error) {
      if (isConflict(error)) return retry(); // what the cache held is old; what is new is on its way
      throw error;
    }
    if (told.nextChange === undefined) return DONE;
    return retryAfter(Math.max(MIN_PAUSE_MILLISECONDS, told.nextChange - clock.date().getTime()));
  };
}

/** What is being deleted is told of only as long as it waits for us. */
function isGoing(object: FactObject): boolean {
  return object.metadata.deletionTimestamp !== undefined && !hasFinalizer(object, CLEANUP_FINALIZER);
}

/** A timer may ring a moment before its instant by the wall clock. */
const MIN_PAUSE_MILLISECONDS = 10;
