import { expect, test } from "vitest";
import { keyOf } from "./resource.ts";

test("an object is known by `namespace/name`, and by its name where it has no namespace", () => {
  expect(keyOf({ metadata: { namespace: "a", name: "x" } })).toBe("a/x");
  expect(keyOf({ metadata: { name: "x" } })).toBe("x");
  expect(keyOf({ metadata: { namespace: "", name: "x" } })).toBe("x");
});
