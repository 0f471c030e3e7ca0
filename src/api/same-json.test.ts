import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hostileValue } from "../../test/support/arbitrary-json.ts";
import { isSameJson } from "./same-json.ts";

const parse = (text: string): unknown => JSON.parse(text);
const nested = (depth: number) => parse(`${"[".repeat(depth)}${"]".repeat(depth)}`);

describe("isSameJson", () => {
  it("agrees with Node's own comparison on any JSON", () => {
    fc.assert(
      fc.property(hostileValue, hostileValue, (left, right) => {
        expect(isSameJson(left, right)).toBe(isDeepStrictEqual(left, right));
        expect(isSameJson(left, structuredClone(left))).toBe(true);
      }),
    );
  });

  it("does not mind the order of keys, but that of items", () => {
    expect(isSameJson({ a: 1, b: 2 }, { b: 2, a: 1 })).toBe(true);
    expect(isSameJson([1, 2], [2, 1])).toBe(false);
  });

  it("tells a missing field from one that every object inherits", () => {
    expect(isSameJson(parse('{"__proto__": {}}'), parse('{"a": {}}'))).toBe(false);
    expect(isSameJson(parse('{"a": 1, "__proto__": {}}'), { a: 1 })).toBe(false);
    expect(isSameJson({ a: 1 }, parse('{"a": 1, "constructor": 1}'))).toBe(false);
    expect(isSameJson(parse('{"__proto__": {"a": 1}}'), parse('{"__proto__": {"a": 1}}'))).toBe(true);
  });

  it("tells objects, lists, null and nothing apart", () => {
    const values = [{}, [], null, undefined, "", 0, false];
    for (const [index, left] of values.entries()) {
      for (const [other, right] of values.entries()) expect(isSameJson(left, right)).toBe(index === other);
    }
  });

  it("gives up on values that are nested too deeply, without running out of stack", () => {
    expect(isSameJson(nested(250), nested(250))).toBe(true);
    expect(isSameJson(nested(100_000), nested(100_000))).toBe(false);
  });
});
