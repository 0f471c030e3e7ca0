import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "../..");
const DOCUMENT = readFileSync(join(ROOT, "docs/kubernetes-machinery.md"), "utf8");
const CLAUSES = DOCUMENT.split("\n").filter((line) => line.startsWith("- "));
const TESTS = globSync("{src/kube,test/cluster,test/support/scripted-api-server}/*.test.ts", { cwd: ROOT })
  .map((file) => readFileSync(join(ROOT, file), "utf8"))
  .join("\n")
  .replaceAll(/\(\s+/g, "("); // a long name stands in a line of its own

/** How many clauses each section has. */
const SECTIONS = { 1: 55, 2: 27, 3: 19 };

test("every clause is there once, in order", () => {
  const numbered = Object.entries(SECTIONS).flatMap(([section, count]) =>
    Array.from({ length: count }, (_, index) => `${section}.${index + 1}`),
  );
  const lettered = ["a", "b", "c", "d", "e"].map((letter) => `1.${letter}`);
  const numbers = CLAUSES.map((line) => line.split(" ")[1]);
  expect(numbers).toEqual([...numbered.slice(0, SECTIONS[1]), ...lettered, ...numbered.slice(SECTIONS[1])]);
});

test("every clause names a test that there is, or is left out", () => {
  expect(CLAUSES.filter((line) => namesIn(line).length === 0 && !line.endsWith("left out"))).toEqual([]);
  expect(namesIn(DOCUMENT).length).toBeGreaterThan(150);
  expect(namesIn(DOCUMENT).filter((name) => !TESTS.includes(`("${name}"`))).toEqual([]);
});

function namesIn(text: string): readonly string[] {
  return Array.from(text.matchAll(/"([^"\n]+)"/g), ([, name = ""]) => name);
}
