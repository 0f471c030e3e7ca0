import { type Opinion, opinionOf, type PolicySpec, restricts } from "./opinion.ts";

/** A policy as the floor's status is computed from it. */
export interface NamedPolicy {
  readonly name: string;
  readonly spec: PolicySpec;
}

/** The rules of the floor that deny where no policy says otherwise. The others have to be named to deny. */
export const DENYING_RULES = ["rate-limit-bounds", "plaintext-endpoint", "forbidden-endpoint"] as const;
type DenyingRule = (typeof DENYING_RULES)[number];

/**
 * Rules that deny on a policy's terms although it does not name them, as far as
 * the floor can be sure: an expression sees one policy at a time, and another may
 * name a milder action, make an exception or allow http. `others` are those in
 * Enforce that select a namespace which this one selects too. An exception counts
 * whether it has ended or not.
 */
export function deniedByDefault(policy: NamedPolicy, others: readonly NamedPolicy[]): readonly DenyingRule[] {
  const own = opinion(policy);
  return DENYING_RULES.filter(
    (rule) =>
      [policy, ...others].every(({ spec }) => spec.rules?.[rule] === undefined) &&
      (restricts(own, rule) || !others.some((other) => makesException(other, rule))) &&
      (rule !== "plaintext-endpoint" || forbidsHTTP(own, others)),
  );
}

function opinion({ name, spec }: NamedPolicy): Opinion {
  return opinionOf(name, spec, new Map());
}

function makesException({ spec }: NamedPolicy, rule: string): boolean {
  return (spec.exceptions ?? []).some(({ rules }) => rules.includes(rule));
}

/** Of several words the tightest holds, and without any http is forbidden. */
function forbidsHTTP({ endpoints }: Opinion, others: readonly NamedPolicy[]): boolean {
  const words = [endpoints.allowHTTP, ...others.map(({ spec }) => spec.endpoints?.allowHTTP)];
  return endpoints.allowHTTP === false || !words.includes(true);
}
