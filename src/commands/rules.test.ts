import { expect, test } from "vitest";
import { parse } from "yaml";
import { aiGatewayPolicy } from "#api/kinds/ai-gateway-policy.ts";
import { RULES } from "#validate/rules.ts";
import { shapeFaults } from "#validate/shape.ts";
import type { CommandContext } from "./command.ts";
import { policySnippet } from "./rules/policy-snippet.ts";
import { ruleRecord } from "./rules/rule-record.ts";
import { rules } from "./rules.ts";

async function printed(...words: readonly string[]): Promise<string> {
  let text = "";
  await rules.run(words, { print: (more: string) => void (text += more) } as CommandContext);
  return text;
}

test("every rule is listed with default, claim and reason", async () => {
  const text = await printed();
  for (const { id, claim, why } of RULES) {
    expect(text).toContain(`\n${id} (`.slice(text.startsWith(id) ? 1 : 0));
    expect(text).toContain(`  ${claim}\n  Why: ${why}\n`);
  }
});

test("programs are told the same", async () => {
  const records = JSON.parse(await printed("--output", "json")) as readonly object[];
  expect(records).toEqual(RULES.map((rule) => ruleRecord(rule)));
  expect(JSON.parse(await printed("in-use", "--output", "json"))).toMatchObject({ id: "in-use", action: "Deny" });
});

test("one rule is told in full", async () => {
  const text = await printed("rate-limit-bounds");
  expect(text).toMatch(/^rate-limit-bounds: A model's limits /);
  expect(text).toContain("Default: Deny\n");
  expect(text).toContain("  AIGatewayPolicy.spec.rateLimits.max\n");
  expect(text).toContain("rules: { rate-limit-bounds: Warn }");
  expect(await printed("rate-limit-bounds", "--output", "markdown")).toMatch(/^## rate-limit-bounds\n/);
});

test("what no policy may relax has no example of relaxing it", async () => {
  const text = await printed("credential-source");
  expect(text).toContain("Default: Deny, which no policy may relax\n");
  expect(text).not.toContain("exceptions:");
});

test.each([
  [["rate-limit-bound"], "no rule 'rate-limit-bound'; did you mean 'rate-limit-bounds'?"],
  [["nonsense"], "no rule 'nonsense'; gatehouse rules lists them"],
  [["in-use", "size"], "unexpected argument 'size'"],
])("rules %j is refused", async (words, message) => {
  await expect(Promise.resolve().then(() => printed(...words))).rejects.toThrow(message);
});

test("the fields by which a rule judges exist, and its policy is one", async () => {
  await expect(printed("--output", "markdown")).resolves.toContain("# Rules");
  const snippets = RULES.flatMap((rule) => policySnippet(rule) ?? []);
  expect(snippets.length).toBeGreaterThan(0);
  expect(snippets.flatMap((snippet) => shapeFaults(aiGatewayPolicy, parse(snippet)))).toEqual([]);
});
