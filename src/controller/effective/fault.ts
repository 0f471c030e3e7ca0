import type { Violation } from "#api/violation.ts";
import { denies } from "#review/verdict.ts";

/** Why a part cannot run as it is written. */
export interface Fault {
  /** As a state says it; see PartState. */
  readonly reason: string;
  /** Holds no secret. */
  readonly message: string;
  /** Ids of the rules that deny it. */
  readonly rules: readonly string[];
}

/** The fault of what a rule denies; undefined where it only warns. */
export function faultOf(violation: Violation): Fault | undefined {
  if (!denies(violation)) return undefined;
  const { rule, path, message } = violation;
  return { reason: reasonOf(rule), message: `${path}: ${message}`, rules: [rule] };
}

function reasonOf(rule: string): string {
  return REASONS.get(rule) ?? rule.replaceAll(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

const REASONS: ReadonlyMap<string, string> = new Map([
  ["schema", "InvalidShape"],
  ["undeclared-reference", "InvalidReference"],
  ["unapproved-model", "NotApproved"],
]);
