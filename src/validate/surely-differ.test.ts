import fc from "fast-check";
import { expect, test } from "vitest";
import { surelyDiffer } from "./surely-differ.ts";

test("is never sure of texts two of which are equal", () => {
  const texts = fc.array(fc.string({ maxLength: 4 }), { minLength: 1, maxLength: 600 });
  fc.assert(
    fc.property(texts, fc.nat(), fc.nat(), (list, from, to) => {
      const repeated = list.toSpliced(to % (list.length + 1), 0, list[from % list.length] ?? "");
      expect(surelyDiffer(repeated)).toBe(false);
    }),
  );
});

test.each([0, 1, 2, 8, 9, 300, 512])("is sure of %i numbered paths", (count) => {
  expect(surelyDiffer(Array.from({ length: count }, (_, index) => `/team-a/v1/route-${index}`))).toBe(true);
});

test("asks for a closer look at more texts than any list may hold", () => {
  expect(surelyDiffer(Array.from({ length: 513 }, (_, index) => `${index}`))).toBe(false);
});
