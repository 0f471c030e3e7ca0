import type { Parts } from "#validate/part.ts";
import type { Rule } from "#validate/rule.ts";
import { probableTypoIn } from "#validate/rules/probable-typo.ts";
import { secretReferenceAmong } from "#validate/rules/secret-reference.ts";
import { RULES } from "#validate/rules.ts";
import type { Candidate } from "./judgement.ts";
import { lastApplied, lastAppliedText } from "./last-applied.ts";
import type { ReviewContext } from "./verdict.ts";

/**
 * Every rule, with those that read another source than the object; undefined where no
 * such source is there, as mostly, or where the platform team wrote the object.
 */
export function rulesOverSources(
  parts: Parts,
  candidate: Candidate,
  { secrets }: ReviewContext,
): readonly Rule[] | undefined {
  const typo = parts.platform ? undefined : typoRule(parts, candidate);
  if (!typo && !secrets) return undefined;
  return [...RULES, ...(typo ? [typo] : []), ...(secrets ? [secretReferenceAmong(secrets)] : [])];
}

/** An update that leaves last-applied as it was changes nothing that somebody wrote. */
function typoRule(parts: Parts, { object, old, written }: Candidate): Rule | undefined {
  if (written !== undefined) return probableTypoIn((owner) => (owner === parts ? written : undefined));
  const text = lastAppliedText(object);
  if (text === undefined || text === lastAppliedText(old)) return undefined;
  return probableTypoIn((owner) => lastApplied(owner === parts ? object : old));
}
