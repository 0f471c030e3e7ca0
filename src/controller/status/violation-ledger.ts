import type { Action, AIGatewayPolicy } from "#api/kinds/ai-gateway-policy.ts";
import { compareNames } from "#policy/name-order.ts";

/** Violations of one object that a policy asks for: how many of a rule, and one of them in words. */
export interface PolicyFinding {
  readonly policy: string;
  readonly rule: string;
  readonly action: Action;
  readonly count: number;
  readonly example: string;
}

/** What a policy's status says of the objects that it selects. */
export type Tally = Required<Pick<NonNullable<AIGatewayPolicy["status"]>, "violations" | "examples">>;

/** What was found in each stored object, and the sums of it for each policy. */
export class ViolationLedger {
  readonly #objects = new Map<string, readonly PolicyFinding[]>();
  readonly #policies = new Map<string, PolicySums>();

  /** Makes these the findings of an object, and answers with the policies whose sums are now others. */
  record(object: string, findings: readonly PolicyFinding[]): ReadonlySet<string> {
    const before = this.#objects.get(object) ?? NOTHING;
    if (findings.length === 0) this.#objects.delete(object);
    else this.#objects.set(object, findings);
    const [old, now] = [before.map(identity), findings.map(identity)];
    if (old.length === now.length && old.every((one, index) => one === now[index])) return NONE;
    for (const finding of before) this.#change(object, finding, -1);
    for (const finding of findings) this.#change(object, finding, 1);
    return new Set([...before, ...findings].map(({ policy }) => policy));
  }

  /** Sorted, so that equal findings make an equal status. */
  tallyOf(policy: string): Tally {
    const sums = this.#policies.get(policy);
    if (!sums) return { violations: [], examples: [] };
    const violations = Array.from(sums.counts, ([key, count]) => ({ ...ruleOf(key), count })).sort(
      (one, other) => compareNames(one.rule, other.rule) || compareNames(one.action, other.action),
    );
    const examples = firstOf(sums.examples.keys()).flatMap((object) => sums.examples.get(object) ?? []);
    return { violations: violations.slice(0, MAX_VIOLATIONS), examples };
  }

  /** For the metric. */
  *totals(): Generator<Omit<PolicyFinding, "example">> {
    for (const [policy, { counts }] of this.#policies)
      for (const [key, count] of counts) yield { policy, ...ruleOf(key), count };
  }

  #change(object: string, { policy, rule, action, count, example }: PolicyFinding, sign: 1 | -1): void {
    const sums: PolicySums = this.#policies.get(policy) ?? { counts: new Map(), examples: new Map() };
    this.#policies.set(policy, sums);
    const key = `${rule} ${action}`;
    const sum = (sums.counts.get(key) ?? 0) + sign * count;
    if (sum === 0) sums.counts.delete(key);
    else sums.counts.set(key, sum);
    if (sign < 0) sums.examples.delete(object);
    else if (!sums.examples.has(object)) sums.examples.set(object, example);
    if (sums.counts.size === 0) this.#policies.delete(policy);
  }
}

interface PolicySums {
  /** By rule and action. */
  readonly counts: Map<string, number>;
  /** One for each object, by it. */
  readonly examples: Map<string, string>;
}

const NOTHING: readonly PolicyFinding[] = [];
const NONE: ReadonlySet<string> = new Set();

function identity({ policy, rule, action, count, example }: PolicyFinding): string {
  return [policy, rule, action, count, example].join("\n");
}

/** Neither holds a space. */
function ruleOf(key: string): { readonly rule: string; readonly action: Action } {
  const [rule = "", action] = key.split(" ");
  return { rule, action: action as Action };
}

/** The first few by name, whatever order they came in. */
function firstOf(objects: Iterable<string>): readonly string[] {
  const first: string[] = [];
  for (const object of objects) {
    const last = first.at(-1);
    if (first.length === MAX_EXAMPLES && last !== undefined && compareNames(object, last) > 0) continue;
    first.push(object);
    first.sort(compareNames);
    if (first.length > MAX_EXAMPLES) first.pop();
  }
  return first;
}

/** By the schema. */
const MAX_EXAMPLES = 20;
const MAX_VIOLATIONS = 256;
