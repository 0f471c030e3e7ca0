import { readFileSync } from "node:fs";
import { type RuleExample, type RuleExamples, rulesMarkdown } from "#commands/rules/rules-markdown.ts";
import type { Rule } from "#validate/rule.ts";
import { RULES } from "#validate/rules.ts";
import { goldenOf, type ReviewFixture, reviewFixtures } from "./review-fixture.ts";

const FIXTURES: ReadonlyMap<string, ReviewFixture> = new Map(
  reviewFixtures().map((fixture) => [fixture.name, fixture]),
);

/** `docs/rules.md`: every rule with the cases `RULE-fails` and `RULE-passes`, where they are there. */
export function rulesDocument(): string {
  return rulesMarkdown(RULES, ruleExamples);
}

/** The cases that show what a rule is about. */
export function ruleExamples({ id }: Rule): RuleExamples {
  const [fails, passes] = [FIXTURES.get(`${id}-fails`), FIXTURES.get(`${id}-passes`)];
  return { ...(fails && { fails: exampleOf(fails, id) }), ...(passes && { passes: exampleOf(passes, id) }) };
}

function exampleOf(fixture: ReviewFixture, rule: string): RuleExample {
  const { denials, warnings } = goldenOf(fixture);
  const manifest = readFileSync(fixture.inputFile, "utf8").replace(/^# floor: .*\n/m, "");
  return {
    link: `../test/fixtures/review/${fixture.name}.input.yaml`,
    manifest,
    messages: [...denials, ...warnings].filter((message) => new RegExp(`\\(${rule}[,)]`).test(message)),
  };
}

if (import.meta.main) process.stdout.write(rulesDocument());
