import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
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
  if (existsSync(fileOfCommand(`${id}-fails.input.yaml`))) {
    return { fails: commandExample(id, "fails"), passes: commandExample(id, "passes") };
  }
  const [fails, passes] = [FIXTURES.get(`${id}-fails`), FIXTURES.get(`${id}-passes`)];
  return { ...(fails && { fails: exampleOf(fails, id) }), ...(passes && { passes: exampleOf(passes, id) }) };
}

function exampleOf(fixture: ReviewFixture, rule: string): RuleExample {
  const { denials, warnings } = goldenOf(fixture);
  const manifest = readFileSync(fixture.inputFile, "utf8").replace(/^# floor: .*\n/m, "");
  return {
    link: `../test/fixtures/review/${fixture.name}.input.yaml`,
    manifest: shortened(manifest),
    messages: [...denials, ...warnings].filter((message) => new RegExp(`\\(${rule}[,)]`).test(message)),
  };
}

/** Rules that read something else than the object have their cases among those of `gatehouse validate`. */
function commandExample(rule: string, suffix: "fails" | "passes"): RuleExample {
  const name = `${rule}-${suffix}`;
  const said = readFileSync(fileOfCommand(`${name}.golden.txt`), "utf8").matchAll(SAID);
  return {
    link: `../test/fixtures/validate-command/${name}.input.yaml`,
    manifest: readFileSync(fileOfCommand(`${name}.input.yaml`), "utf8"),
    messages: Array.from(said, ([, message = ""]) => message).filter((message) => message.includes(`(${rule}`)),
  };
}

function fileOfCommand(name: string): string {
  return join(import.meta.dirname, "../fixtures/validate-command", name);
}

/** A violation as the command prints it, behind its place. */
const SAID = /:\d+:\d+: (?:Deny|Warn) (.*)/g;

/** A manifest that is about how many there are of something is cut in the middle. */
function shortened(manifest: string): string {
  const lines = manifest.split("\n");
  if (lines.length <= MAX_LINES) return manifest;
  const left = lines.length - MAX_LINES;
  return [...lines.slice(0, MAX_LINES - 4), `# … and ${left} lines like these`, ...lines.slice(-4)].join("\n");
}

/** A screen. */
const MAX_LINES = 40;

if (import.meta.main) process.stdout.write(rulesDocument());
