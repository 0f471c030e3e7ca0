import type { Rule } from "#validate/rule.ts";
import { defaultAction } from "./default-action.ts";
import { policySnippet } from "./policy-snippet.ts";

/** Each rule with its default, claim and reason. */
export function rulesText(rules: readonly Rule[]): string {
  return rules.map((rule) => `${rule.id} (${defaultAction(rule)})\n  ${rule.claim}\n  Why: ${rule.why}\n`).join("\n");
}

/** All that is to be said of one rule. */
export function ruleText(rule: Rule): string {
  const { id, claim, why, judgesBy = [] } = rule;
  const fields = judgesBy.length > 0 ? ["", "Judges by:", ...judgesBy.map((field) => `  ${field}`)] : [];
  const snippet = policySnippet(rule);
  const configured =
    snippet === undefined
      ? []
      : ["", "Configured and excepted from by:", ...snippet.split("\n").map((line) => `  ${line}`.trimEnd())];
  return [`${id}: ${claim}`, "", `Why: ${why}`, `Default: ${defaultAction(rule)}`, ...fields, ...configured]
    .join("\n")
    .trimEnd()
    .concat("\n");
}
