import { execFile, spawnSync } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { RULES } from "#validate/rules.ts";
import { CROWDS } from "../../bench/lookup-costs.ts";
import type { RuleFigures } from "../../bench/rules.ts";
import { readEnvironment } from "../support/control-plane/environment.ts";

const ROOT = join(import.meta.dirname, "../..");

/** As for the control plane: a machine without Go may do without what needs it, a CI server may not. */
const canBuild = readEnvironment().continuousIntegration || spawnSync("go", ["version"]).status === 0;

test.runIf(canBuild)(
  "the bench of informers runs, beside client-node and client-go, and prints its figures",
  async () => {
    const words = [join(ROOT, "bench/main.ts"), "informer", "--quick", "--json"];
    const { stdout } = await promisify(execFile)(process.execPath, words, { cwd: ROOT });
    const figures = JSON.parse(stdout) as Readonly<Record<string, number>>;
    expect(Object.keys(figures)).toEqual(
      expect.arrayContaining(["throughputOverClientNode", "heapOverClientGo", "syncOverClientGo", "admissionP99Ms"]),
    );
    for (const [name, figure] of Object.entries(figures))
      expect({ name, isPositive: figure > 0 }).toEqual({ name, isPositive: true });
  },
);

test("the bench of rules runs, and prints a cost of every rule and of every look-up", async () => {
  const words = [join(ROOT, "bench/main.ts"), "rules", "--quick", "--json"];
  const { stdout } = await promisify(execFile)(process.execPath, words, { cwd: ROOT });
  const { nanoseconds, lookups } = JSON.parse(stdout) as RuleFigures;
  expect(Object.keys(nanoseconds)).toEqual(RULES.map(({ id }) => id));
  for (const [rule, { small, large }] of Object.entries(nanoseconds))
    expect({ rule, isPositive: small >= 0 && large >= 0 }).toEqual({ rule, isPositive: true });
  expect(Object.keys(lookups)).toEqual(Object.keys(CROWDS));
  for (const [crowd, ratios] of Object.entries(lookups))
    expect({ crowd, isPositive: ratios.every((ratio) => ratio > 0) }).toEqual({ crowd, isPositive: true });
});
