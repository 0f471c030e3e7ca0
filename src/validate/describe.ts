import type { EffectivePolicy } from "#policy/effective-policy.ts";
import type { Finding } from "./rule.ts";

type EndedExceptions = EffectivePolicy["expiredExceptions"];

/** Values longer than this are cut: a message should fit a terminal. */
const MAX_VALUE_CHARACTERS = 100;

/**
 * The message of a finding, in the words of Kubernetes' field errors and complete
 * without the path, since kubectl prints only `field: message`:
 * `Invalid value: 90000: must be less than or equal to 6000 (rate-limit-bounds, policy team-defaults)`.
 */
export function describe(finding: Finding, rule: string, source: string | undefined, ended: EndedExceptions): string {
  const value = finding.value === undefined ? "" : `: ${shown(finding.value)}`;
  const origin = source === undefined ? rule : `${rule}, ${source}`;
  return `${finding.kind}${value}: ${finding.detail} (${origin})${sayEnded(rule, ended)}`;
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? "undefined";
  const characters = Array.from(text.slice(0, MAX_VALUE_CHARACTERS * 2));
  return text.length <= MAX_VALUE_CHARACTERS ? text : `${characters.slice(0, MAX_VALUE_CHARACTERS).join("")}…`;
}

/** That an exception would have helped, had it not ended; empty where there was none. */
export function sayEnded(rule: string, ended: EndedExceptions): string {
  const exception = ended.find(({ rules }) => rules.includes(rule));
  return exception ? `; the exception in policy ${exception.policy} ended at ${exception.expiresAt}` : "";
}
