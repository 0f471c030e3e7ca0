import { type BenchResult, inSteps, type Row } from "./bench.ts";
import { COUNTS, type LookupCosts, lookupCosts } from "./lookup-costs.ts";
import { type RuleCosts, ruleCosts } from "./rule-costs.ts";

/** What `npm run bench -- rules --json` prints. */
export interface RuleFigures {
  /** Nanoseconds of each rule on the small and the large object. */
  readonly nanoseconds: RuleCosts;
  /** Cost of a review beside 10 to 100,000 of each over its cost beside ten; goal 1.2. */
  readonly lookups: LookupCosts;
}

/** What each rule costs, and what it costs that there is much to look up. */
export async function benchRules(
  report: (line: string) => void,
  extent: "whole" | "quick",
  signal: AbortSignal,
): Promise<BenchResult> {
  const say = inSteps(report, signal);
  const figures: RuleFigures = { nanoseconds: ruleCosts(extent, say), lookups: lookupCosts(extent, say) };
  return { figures, rows: [...rowsOfRules(figures.nanoseconds), ...rowsOfLookups(figures.lookups)] };
}

/** The most expensive first. */
function rowsOfRules(costs: RuleCosts): readonly Row[] {
  return Object.entries(costs)
    .toSorted(([, left], [, right]) => right.large - left.large)
    .map(([rule, { small, large }]) => ({
      name: `${rule}, ns: small object, then large`,
      figure: small,
      goal: large.toFixed(0).padStart(9),
    }));
}

function rowsOfLookups(costs: LookupCosts): readonly Row[] {
  return Object.entries(costs).flatMap(([crowd, ratios]) =>
    ratios.slice(1).map((figure, index) => ({
      name: `a review beside ${COUNTS[index + 1]?.toLocaleString("en")} ${crowd} over one beside 10`,
      figure,
      goal: "at most 1.2",
    })),
  );
}
