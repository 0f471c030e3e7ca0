import { expect, test } from "vitest";
import { ProbeVerdict } from "./probe-verdict.ts";

/** + for a success; the verdict after each: p passes, f fails, . none yet. */
test.for([
  ["passes at once and fails after three", {}, "+--+---+", "pppppp fp"],
  ["fails after one", { failureThreshold: 1 }, "-+-", "fpf"],
  ["passes after two", { successThreshold: 2 }, "+-++-+", "...ppp"],
  ["fails from the start after two", { failureThreshold: 2 }, "--+-", ".fpp"],
] as const)("%s", ([, probe, results, verdicts]) => {
  const verdict = new ProbeVerdict(probe);
  const seen = Array.from(results, (result) => verdict.add(result === "+")?.charAt(0) ?? ".").join("");
  expect(seen).toBe(verdicts.replaceAll(" ", ""));
});
