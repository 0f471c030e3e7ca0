import { FactIndex } from "#policy/fact-index.ts";
import { findAll } from "#validate/judge.ts";
import { takeApart } from "#validate/parts.ts";
import { RULES } from "#validate/rules.ts";
import { KNOWN_MODELS } from "../test/support/known-models.ts";
import { APPROVALS, benchedConfig, benchedFacts, NAMESPACE, SIZES, type Size } from "./objects.ts";
import { median } from "./statistics.ts";

/** Nanoseconds that a rule takes for an object with which it finds no fault. */
export type RuleCosts = Readonly<Record<string, Readonly<Record<Size["name"], number>>>>;

const ROUNDS = { whole: 9, quick: 1 };

/** So many times that a round takes a millisecond or more, even where a rule has nothing to look at. */
const REPETITIONS: Readonly<Record<Size["name"], number>> = { small: 2000, large: 60 };

/** What each rule costs, in rounds over all rules, so that what the machine does besides hits all alike. */
export function ruleCosts(extent: "whole" | "quick", report: (line: string) => void): RuleCosts {
  const samples = new Map<string, number[]>();
  for (let round = -1; round < ROUNDS[extent]; round += 1) {
    for (const size of SIZES) {
      for (const [rule, nanoseconds] of roundOf(size)) {
        if (round >= 0) samples.set(keyOf(rule, size), [...(samples.get(keyOf(rule, size)) ?? []), nanoseconds]);
      }
    }
    report(`rules, round ${round < 0 ? "to warm up" : round + 1}`);
  }
  const costOf = (rule: string, size: Size) => median(samples.get(keyOf(rule, size)) ?? []);
  return Object.fromEntries(
    RULES.map(({ id }) => [
      id,
      Object.fromEntries(SIZES.map((size) => [size.name, costOf(id, size)])) as Record<Size["name"], number>,
    ]),
  );
}

function keyOf(rule: string, { name }: Size): string {
  return `${rule} ${name}`;
}

function* roundOf(size: Size): Generator<readonly [rule: string, nanoseconds: number]> {
  const lookup = indexOf(benchedFacts(APPROVALS));
  const now = Date.now();
  const policy = lookup.effectivePolicy({ namespace: NAMESPACE, name: "bench" }, now);
  const owner = takeApart(benchedConfig(size, { literalKey: false, timeouts: true }), NAMESPACE);
  const repetitions = REPETITIONS[size.name];
  for (const rule of RULES) {
    const before = microseconds();
    for (let count = 0; count < repetitions; count += 1) {
      findAll(owner, { lookup, now, policy, mentionsNoVariable: true }, [rule]);
    }
    yield [rule.id, ((microseconds() - before) * 1000) / repetitions];
  }
}

function indexOf(facts: ReturnType<typeof benchedFacts>): FactIndex {
  const index = new FactIndex(KNOWN_MODELS);
  for (const fact of facts) index.apply(fact);
  return index;
}

/** By the clock: that of the processor has steps of 4 ms on some kernels. Medians of many rounds stand against what else runs. */
function microseconds(): number {
  return performance.now() * 1000;
}
