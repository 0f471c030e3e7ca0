/**
 * Holds our check of expressions against both implementations of RE2, over
 * generated ones: `node test/support/differential/expressions.ts [SEED [PYTHON]]`.
 * Go is asked where it is installed, and C++ where Python has the package google-re2.
 *
 * What we pass and RE2 refuses is a fault. What RE2 takes and we refuse is counted
 * by our reason, each of which must be meant.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import fc from "fast-check";
import { expressionFault } from "#validate/expression/expression-fault.ts";
import { anyExpression, plainExpression } from "../arbitrary-expressions.ts";

const seed = Number(process.argv[2] ?? 1);
const expressions = [
  ...fc.sample(anyExpression, { seed, numRuns: 100_000 }),
  ...fc.sample(plainExpression, { seed, numRuns: 100_000 }),
];
const faults = expressions.map(expressionFault);
say(`${expressions.length} expressions, of which ${faults.filter((fault) => !fault).length} pass`);

compare("Go", "go", ["run", join(import.meta.dirname, "expressions.go")]);
compare("C++", process.argv[3] ?? "python3", [join(import.meta.dirname, "expressions.py")]);

function compare(name: string, program: string, words: readonly string[]): void {
  const input = expressions.map((expression) => JSON.stringify(expression)).join("\n");
  const { stdout, stderr, status } = spawnSync(program, words, { input, encoding: "utf8", maxBuffer: 1 << 28 });
  if (status !== 0) return say(`${name} is not at hand: ${stderr.trim().split("\n").at(-1)}`);
  const taken = stdout
    .trim()
    .split("\n")
    .map((line) => line === "1");
  const [unsound, strict] = [new Set<string>(), new Map<string, string[]>()];
  expressions.forEach((expression, index) => {
    const fault = faults[index];
    if (!fault && !taken[index]) unsound.add(expression);
    if (fault && taken[index]) strict.set(fault.what, [...(strict.get(fault.what) ?? []), expression]);
  });
  say(`${name}: takes ${taken.filter(Boolean).length}; refuses ${unsound.size} of what we pass`);
  for (const expression of [...unsound].slice(0, 20)) say(`  ${JSON.stringify(expression)}`);
  say(`${name}: takes what we refuse for`);
  for (const [what, examples] of strict)
    say(`  ${examples.length} times ${what}: ${JSON.stringify(shortest(examples))}`);
  if (unsound.size > 0) process.exitCode = 1;
}

function shortest(examples: readonly string[]): readonly string[] {
  return [...new Set(examples)].sort((left, right) => left.length - right.length).slice(0, 3);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
