import type { PartState } from "../effective/effective.ts";

/** Parts and what is wrong with them, the first few in full. */
export function partsInWords(parts: readonly PartState[]): string {
  const told = parts.slice(0, MOST_TOLD).map(partInWords);
  const others = parts.length - told.length;
  return [...told, ...(others > 0 ? [`and ${others} more`] : [])].join("; ");
}

function partInWords({ kind, owner, name, path, state, reason = "", message }: PartState): string {
  const where = owner.kind === "AIGatewayConfig" ? "" : ` of ${owner.kind} '${owner.name}'`;
  const which = kind === "object" || kind === "limit" ? path : `${kind} '${name}'`;
  const what = which === "" ? `${owner.kind} '${owner.name}'` : `${which}${where}`;
  return `${what}: ${message ?? reason}${state === "LastGood" ? " (runs as it was last good)" : ""}`;
}

/** Whoever has more to mend begins with these. */
const MOST_TOLD = 5;
