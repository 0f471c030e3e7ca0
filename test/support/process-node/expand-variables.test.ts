import { expect, test } from "vitest";
import { expandVariables } from "./expand-variables.ts";

// The cases of k8s.io/kubernetes/third_party/forked/golang/expansion.
test.for([
  ["$(A)", "a"],
  ["---$(A)---$(B)---", "---a---b---"],
  ["$(EMPTY)", ""],
  ["$(unknown)", "$(unknown)"],
  ["$$(A)", "$(A)"],
  ["$$$(A)", "$a"],
  ["$$$$(A)", "$$(A)"],
  ["$A ${A} $", "$A ${A} $"],
  ["$(A", "$(A"],
  ["$(__proto__)", "$(__proto__)"],
  ["$(A)$(A)", "aa"],
] as const)("%s becomes %s", ([text, expanded]) => {
  expect(expandVariables(text, { A: "a", B: "b", EMPTY: "" })).toBe(expanded);
});
