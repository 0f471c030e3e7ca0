import { type Rule } from "#validate/rule.ts";
import { RULES } from "#validate/rules.ts";
import type { Command, Options, ValuesOf } from "./command.ts";
import { parseWords, suggestion } from "./parse-options.ts";
import { ruleRecord } from "./rules/rule-record.ts";
import { ruleMarkdown, rulesMarkdown } from "./rules/rules-markdown.ts";
import { rulesText, ruleText } from "./rules/rules-text.ts";
import { UsageError } from "./usage-error.ts";

const OPTIONS = {
  output: {
    type: "string",
    placeholder: "FORMAT",
    summary: "How to print them.",
    default: "text",
    values: ["text", "json", "markdown"],
  },
} as const satisfies Options;

export const rules: Command & { readonly operands: string } = {
  name: "rules",
  operands: "[RULE]",
  summary: "List the rules, or explain one.",
  description: [
    "Lists every rule with what happens where no policy names it, what it claims and why. With the id of",
    "a RULE that one is told in full: the fields that it judges by, how to configure it and how to make",
    "an exception. The same with examples is docs/rules.md.",
  ].join("\n"),
  options: OPTIONS,
  run: (words, { print }) => {
    const { values, operands } = parseWords("rules", OPTIONS, words);
    print(printed(operands, values));
    return Promise.resolve();
  },
};

function printed([id, more]: readonly string[], { output }: ValuesOf<typeof OPTIONS>): string {
  if (more !== undefined) throw new UsageError(`rules: unexpected argument '${more}'`);
  const rule = id === undefined ? undefined : ruleOf(id);
  switch (output) {
    case "json":
      return `${JSON.stringify(rule ? ruleRecord(rule) : RULES.map(ruleRecord), undefined, 2)}\n`;
    case "markdown":
      return rule ? ruleMarkdown(rule) : rulesMarkdown(RULES);
    default:
      return rule ? ruleText(rule) : rulesText(RULES);
  }
}

function ruleOf(id: string): Rule {
  const rule = RULES.find((known) => known.id === id);
  if (rule) return rule;
  throw new UsageError(
    `rules: no rule '${id}'${
      suggestion(
        id,
        RULES.map((known) => known.id),
      ) || "; gatehouse rules lists them"
    }`,
  );
}
