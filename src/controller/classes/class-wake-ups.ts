import { isDeepStrictEqual } from "node:util";
import { CLEANUP_FINALIZER } from "#api/controller-names.ts";
import type { FactFollower } from "#cluster/fact-followers.ts";
import type { FactObject } from "#cluster/fact-handler.ts";
import type { Change } from "#kube/change.ts";
import { hasFinalizer } from "#kube/finalizers.ts";
import type { WorkQueue } from "#kube/work-queue.ts";
import type { PolicyLookup } from "#policy/policy-lookup.ts";
import { isNews } from "../wake-ups.ts";
import type { ClassNeeds } from "./class-needs.ts";

export interface ClassWakeUps {
  readonly queue: Pick<WorkQueue, "add">;
  readonly needs: Pick<ClassNeeds, "classOf" | "forget">;
  readonly lookup: Pick<PolicyLookup, "defaultGatewayClass">;
}

/**
 * Queues a class when it changes itself, when a gateway begins or ceases to need it, and
 * when gateways without a class come to it or leave it, as the default is another.
 */
export function classWakeUps({ queue, needs, lookup }: ClassWakeUps): FactFollower {
  const wake = (names: Iterable<string | undefined>) => {
    for (const name of new Set(names)) if (name !== undefined) queue.add(name);
  };
  const defaultName = () => lookup.defaultGatewayClass()?.metadata.name;
  return (kind, change) => {
    if (kind === "AIGatewayClass") {
      if (!isNews(kind, change) && !movesFinalizers(change)) return undefined;
      const before = defaultName();
      return () => {
        const after = defaultName();
        wake([change.key, ...(before === after ? [] : [before, after])]);
      };
    }
    if (kind !== "AIGatewayConfig") return undefined;
    const before = change.type === "added" ? undefined : needs.classOf(oldOf(change));
    return () => {
      const isGone = change.type === "deleted";
      if (isGone || hasFinalizer(change.object, CLEANUP_FINALIZER)) needs.forget(change.key);
      const after = isGone ? undefined : needs.classOf(change.object);
      if (before !== after) wake([before, after]);
    };
  };
}

function movesFinalizers(change: Change<FactObject>): boolean {
  return !isDeepStrictEqual(oldOf(change).metadata.finalizers, change.object.metadata.finalizers);
}

function oldOf(change: Change<FactObject>): FactObject {
  return change.type === "updated" ? change.old : change.object;
}
