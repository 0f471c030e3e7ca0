import { kindByName } from "#api/kinds.ts";
import type { JsonSchema } from "#api/schema.ts";
import type { Rule } from "#validate/rule.ts";
import { defaultAction } from "./default-action.ts";
import { policySnippet } from "./policy-snippet.ts";

/** A manifest, and what is said to it. */
export interface RuleExample {
  /** Where it can be found, as a link. */
  readonly link: string;
  /** YAML. */
  readonly manifest: string;
  /** `field: message`. */
  readonly messages: readonly string[];
}

export interface RuleExamples {
  readonly fails?: RuleExample;
  readonly passes?: RuleExample;
}

/** Every rule: a table of all, and a section for each. */
export function rulesMarkdown(rules: readonly Rule[], examplesOf?: (rule: Rule) => RuleExamples): string {
  return [
    "# Rules",
    "",
    "Written by `npm run generate` from the rules and their fixtures. What comes of a violation is decided by",
    "AIGatewayPolicies: the strictest action that one names in `spec.rules`, else the rule's default. An exception",
    "relaxes only the policy that it stands in, until it ends; a denial after that names it.",
    "",
    "| rule | claim | default |",
    "|---|---|---|",
    ...rules.map((rule) => `| [\`${rule.id}\`](#${rule.id}) | ${cell(rule.claim)} | ${defaultAction(rule)} |`),
    "",
    ...rules.map((rule) => ruleMarkdown(rule, examplesOf?.(rule))),
  ].join("\n");
}

/** One rule in full. */
export function ruleMarkdown(rule: Rule, { fails, passes }: RuleExamples = {}): string {
  const { id, claim, why, judgesBy = [] } = rule;
  const snippet = policySnippet(rule);
  return [
    `## ${id}`,
    "",
    claim,
    "",
    `**Why.** ${why}`,
    "",
    `**Default.** ${defaultAction(rule)}.`,
    "",
    ...(judgesBy.length > 0 ? ["**Judges by**", "", ...judgesBy.map(fieldLine), ""] : []),
    ...(fails ? [...manifest("Fails", fails), "```text", ...fails.messages, "```", ""] : []),
    ...(passes ? manifest("Passes", passes) : []),
    ...(snippet === undefined ? [] : ["**Configure and except**", "", "```yaml", snippet.trimEnd(), "```", ""]),
  ].join("\n");
}

function manifest(what: string, { link, manifest }: RuleExample): readonly string[] {
  return [`**${what}** ([case](${link}))`, "", "```yaml", manifest.trimEnd(), "```", ""];
}

/** `AIGatewayPolicy.spec.rateLimits`, with what its schema says of it. */
function fieldLine(field: string): string {
  const [kind = "", ...path] = field.split(".");
  return `- \`${field}\`: ${descriptionOf(kind, path)}`;
}

function descriptionOf(kind: string, [, ...path]: readonly string[]): string {
  let schema: JsonSchema | undefined = kindByName.get(kind)?.spec.json;
  for (const name of path) schema = schema?.properties?.[name] ?? schema?.items?.properties?.[name];
  if (schema?.description === undefined) throw new Error(`no field ${kind}.spec.${path.join(".")}`);
  return schema.description;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}
