import { expect, test } from "vitest";
import { BoundedMap } from "./bounded-map.ts";

test("forgets what was longest not asked for", () => {
  const map = new BoundedMap<number>(2);
  map.set("a", 1);
  map.set("b", 2);
  map.get("a");
  map.set("c", 3);
  expect([...map.entries()]).toEqual([
    ["a", 1],
    ["c", 3],
  ]);
  map.set("a", 4);
  map.delete("c");
  expect(map.size).toBe(1);
  expect(map.get("b")).toBeUndefined();
});
