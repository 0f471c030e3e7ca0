import type { FactIndex } from "#policy/fact-index.ts";
import type { ExceptionFact } from "#policy/policy-fact.ts";
import type { Subject } from "#policy/policy-lookup.ts";
import { isAboutPlatform } from "#validate/rule.ts";
import { RULES } from "#validate/rules.ts";
import { effectiveSettings, type Setting } from "./effective-settings.ts";

/** What a namespace, or one object in it, is held to. */
export interface EffectiveReport {
  readonly namespace: string;
  /** Absent: any object for which there are no exceptions. */
  readonly name?: string;
  /** Whether the labels of the namespace are known; without, policies that select by label are taken to select it. */
  readonly isKnown: boolean;
  /** Those in Enforce, by name. */
  readonly policies: readonly string[];
  readonly settings: readonly Setting[];
  readonly exceptions: readonly ExceptionReport[];
  readonly endedExceptions: readonly ExceptionReport[];
  /** What each policy in Audit would change, were it in Enforce. */
  readonly audit: readonly { readonly policy: string; readonly settings: readonly Setting[] }[];
}

/** An exception, and where it stands. */
export interface ExceptionReport {
  readonly policy: string;
  readonly field: string;
  readonly rules: readonly string[];
  readonly reason: string;
  readonly expiresAt: string;
}

/** Explains what the facts say to a subject at some moment, in milliseconds since the epoch. */
export function effectiveReport(facts: FactIndex, subject: Subject, now: number): EffectiveReport {
  const { namespace, name } = subject;
  const effective = facts.effectivePolicy(subject, now);
  const { inForce, ended } = facts.exceptionsFor(subject, now);
  const settings = effectiveSettings(effective, ABOUT_TEAMS);
  const known = new Set(settings.map(identityOf));
  return {
    namespace,
    ...(name === "" ? {} : { name }),
    isKnown: facts.namespaceLabels(namespace) !== undefined,
    policies: effective.policies,
    settings,
    exceptions: inForce.map(exceptionReport),
    endedExceptions: ended.map(exceptionReport),
    audit: facts.auditCandidates(subject, now).map((candidate) => ({
      policy: candidate.policy,
      settings: effectiveSettings(candidate.effective, ABOUT_TEAMS).filter(
        (setting) => !known.has(identityOf(setting)),
      ),
    })),
  };
}

/** What the platform team writes is judged under no policy. */
const ABOUT_TEAMS = RULES.filter((rule) => !isAboutPlatform(rule));

function identityOf({ setting, value, source }: Setting): string {
  return JSON.stringify([setting, value, source]);
}

function exceptionReport({ policy, position, rules, reason, expiresAt }: ExceptionFact): ExceptionReport {
  return { policy, field: `spec.exceptions[${position}]`, rules, reason, expiresAt };
}
