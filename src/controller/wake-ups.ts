import { isDeepStrictEqual } from "node:util";
import type { FactFollower } from "#cluster/fact-followers.ts";
import type { FactObject } from "#cluster/fact-handler.ts";
import type { Change } from "#kube/change.ts";
import { LOW_PRIORITY } from "#kube/enqueue-changes.ts";
import type { WorkQueue } from "#kube/work-queue.ts";
import type { FactKind } from "#policy/fact-index.ts";
import { isStoredKind } from "#policy/stored-objects.ts";
import { type GatewaySources, touchedGateways } from "./touched-gateways.ts";

/**
 * Queues the gateways that a change of a fact touches: those that depend on the old
 * state before the index takes the new one in, and on the new state afterwards; and
 * where gateways or classes change, those that wait for a place which another had.
 */
export function wakeUps(
  queue: Pick<WorkQueue, "add">,
  sources: GatewaySources,
  claimAnew: (gateway: string) => Iterable<string>,
): FactFollower {
  return (kind, change) => {
    const isSeenFirst = change.type === "added" && change.isInInitialList;
    // Every gateway is queued as it is first seen; what it depends on need not wake it beside that.
    if (!isNews(kind, change) || (isSeenFirst && !PLACING.has(kind))) return undefined;
    // What the platform team changes concerns many gateways; a team's own edit need not wait behind them.
    const priority = isSeenFirst || !isStoredKind(kind) ? LOW_PRIORITY : 0;
    const touched = new Set<string>();
    const note = (object: FactObject) => {
      for (const key of touchedGateways(kind, object, sources)) touched.add(key);
    };
    if (change.type !== "added") note(change.type === "updated" ? change.old : change.object);
    return () => {
      try {
        if (change.type !== "deleted") note(change.object);
      } finally {
        for (const key of touched) queue.add(key, { priority });
      }
      if (!PLACING.has(kind)) return;
      for (const key of touched) for (const other of claimAnew(key)) queue.add(other, { priority });
    };
  };
}

/** They say where a configuration is delivered to. */
const PLACING: ReadonlySet<FactKind> = new Set<FactKind>(["AIGatewayConfig", "AIGatewayClass"]);

/** More than a status, which is ours, or what the API server keeps for itself. */
export function isNews(kind: FactKind, change: Change<FactObject>): boolean {
  if (change.type !== "updated" || change.isRecreated) return true;
  return !isDeepStrictEqual(told(kind, change.old), told(kind, change.object));
}

function told(kind: FactKind, { metadata }: FactObject): unknown {
  const { generation, deletionTimestamp, labels = {}, annotations = {}, finalizers = [] } = metadata;
  // Of others they are nothing that a gateway or a status depends on.
  return [generation, deletionTimestamp, labels, annotations, kind === "AIGatewayConfig" ? finalizers : []];
}
