import type { EventDetails } from "#kube/event-object.ts";
import type { PartState } from "../effective/effective.ts";
import { partsInWords } from "./part-words.ts";

/**
 * An event for each reason for which parts were newly quarantined. The API counts
 * events of one reason as one that repeats, whatever they say: parts of a reason
 * are told together.
 */
export function quarantineEvents(
  before: readonly PartState[] | undefined,
  after: readonly PartState[],
): readonly EventDetails[] {
  const known = new Set(before?.filter(isBad).map(identity));
  const ofWhole = new Set(after.filter(isWholeGateway).map(({ reason }) => reason));
  const fresh = after.filter((part) => isBad(part) && !known.has(identity(part)) && !ofWhole.has(part.reason));
  return Array.from(
    Map.groupBy(fresh, ({ reason = "Invalid" }) => reason),
    ([reason, parts]) => ({
      type: "Warning",
      reason,
      action: "Quarantine",
      note: partsInWords(parts),
    }),
  );
}

/** Quarantines all there is, and is told as a condition. */
function isWholeGateway({ kind, owner }: PartState): boolean {
  return kind === "object" && owner.kind === "AIGatewayConfig";
}

function isBad({ state }: PartState): boolean {
  return state !== "Good";
}

function identity({ kind, owner, name, path, state, reason }: PartState): string {
  return JSON.stringify([kind, owner.kind, owner.name, name, path, state, reason]);
}
