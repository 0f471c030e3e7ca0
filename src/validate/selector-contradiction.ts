import type { LabelSelector } from "#policy/label-selector.ts";

/** The label of which a selector asks what no value of it meets; undefined where some labels meet the whole selector. */
export function contradictoryLabel({ matchLabels = {}, matchExpressions = [] }: LabelSelector): string | undefined {
  const demands = new Map<string, Demand>();
  const demandOn = (key: string): Demand => {
    const known = demands.get(key) ?? { allowed: undefined, refused: new Set(), mustExist: false, mustNotExist: false };
    demands.set(key, known);
    return known;
  };
  for (const [key, value] of Object.entries(matchLabels)) allowOnly(demandOn(key), [value]);
  for (const { key, operator, values = [] } of matchExpressions) {
    const demand = demandOn(key);
    if (operator === "In") allowOnly(demand, values);
    if (operator === "NotIn") for (const value of values) demand.refused.add(value);
    if (operator === "Exists") demand.mustExist = true;
    if (operator === "DoesNotExist") demand.mustNotExist = true;
  }
  for (const [key, demand] of demands) if (isContradictory(demand)) return key;
  return undefined;
}

/** All that a selector asks of one label. */
interface Demand {
  /** Undefined: any value, or none. */
  allowed: ReadonlySet<string> | undefined;
  readonly refused: Set<string>;
  mustExist: boolean;
  mustNotExist: boolean;
}

function allowOnly(demand: Demand, values: readonly string[]): void {
  const allowed = new Set(values);
  demand.allowed = demand.allowed ? demand.allowed.intersection(allowed) : allowed;
}

function isContradictory({ allowed, refused, mustExist, mustNotExist }: Demand): boolean {
  if (mustNotExist && (mustExist || allowed !== undefined)) return true;
  return allowed !== undefined && allowed.isSubsetOf(refused);
}
