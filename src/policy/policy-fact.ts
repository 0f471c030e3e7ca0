import { moment } from "./moment.ts";
import { type Opinion, opinionOf, type PolicySpec } from "./opinion.ts";

/** What the index keeps of an AIGatewayPolicy. */
export interface PolicyFact {
  readonly name: string;
  readonly spec: PolicySpec;
  /** What it says to a subject for which it makes no exception. */
  readonly opinion: Opinion;
  readonly exceptions: readonly ExceptionFact[];
  /** Those of them that are written for every object of every namespace. */
  readonly unconditional: readonly ExceptionFact[];
}

/** One exception of a policy, ready to be matched. */
export interface ExceptionFact {
  readonly policy: string;
  /** Place in the policy's list. */
  readonly position: number;
  readonly rules: readonly string[];
  readonly reason: string;
  readonly expiresAt: string;
  /** `expiresAt` in milliseconds since the epoch; at that moment it has ended. */
  readonly endsAt: number;
  /** Undefined: every namespace. An empty set is none, as an empty list is. */
  readonly namespaces: ReadonlySet<string> | undefined;
  /** Undefined: every object. */
  readonly names: ReadonlySet<string> | undefined;
}

export function policyFact(name: string, spec: PolicySpec): PolicyFact {
  const exceptions = (spec.exceptions ?? []).map(({ namespaces, names, rules, reason, expiresAt }, position) => ({
    policy: name,
    position,
    rules,
    reason,
    expiresAt,
    endsAt: moment(expiresAt),
    namespaces: namespaces && new Set(namespaces),
    names: names && new Set(names),
  }));
  const unconditional = exceptions.filter(({ namespaces, names }) => namespaces === undefined && names === undefined);
  return { name, spec, opinion: opinionOf(name, spec, new Map()), exceptions, unconditional };
}
