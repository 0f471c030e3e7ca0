import fc from "fast-check";
import { expect, test } from "vitest";
import { REVIEW } from "../../test/support/started-admission-server.ts";
import { decodeReview } from "./decode-review.ts";

/** A review with anything at all in the place of some of its fields. */
const mutated = fc
  .record({ request: fc.dictionary(fc.constantFrom(...Object.keys(REVIEW.request), "__proto__"), fc.jsonValue()) })
  .map(({ request }) => ({ ...REVIEW, request: { ...REVIEW.request, ...request } }));

test("decoding is total: a request whose envelope has its types, or a reason", () => {
  fc.assert(
    fc.property(fc.oneof(mutated, fc.jsonValue()), (value) => {
      const decoded = decodeReview(Buffer.from(JSON.stringify(value)));
      if ("undecodable" in decoded) return decoded.undecodable !== "";
      const { uid, kind, resource, operation, name, namespace } = decoded.request;
      const texts: readonly unknown[] = [uid, kind.kind, resource.resource, operation, name ?? "", namespace ?? ""];
      return uid !== "" && texts.every((text) => typeof text === "string");
    }),
    { numRuns: 2000 },
  );
});

function holding(object: object) {
  return decodeReview(Buffer.from(JSON.stringify({ ...REVIEW, request: { ...REVIEW.request, object } })));
}

test("more values than any object of ours has are not taken apart, and text of any length is none", () => {
  const tooMany = { undecodable: "the body must hold at most 250000 values" };
  expect(holding({ spec: Array.from({ length: 260_000 }, () => 1) })).toEqual(tooMany);
  expect(holding({ spec: Array.from({ length: 130_000 }, () => ({ a: '"' })) })).toEqual(tooMany);
  const content = '{"a": [1, 2, "\\\\"]}, '.repeat(100_000);
  expect(holding({ spec: { messages: [{ role: "user", content }] } })).toHaveProperty("request");
});

test("no bytes make it throw", () => {
  fc.assert(fc.property(fc.uint8Array(), (bytes) => "undecodable" in decodeReview(Buffer.from(bytes))));
});

test("objects inside come as they are, ten thousand levels deep and with keys such as __proto__", () => {
  const object = JSON.parse(`${'{"__proto__":'.repeat(10_000)}1${"}".repeat(10_000)}`) as object;
  const text = JSON.stringify(REVIEW).replace(
    JSON.stringify(REVIEW.request.object),
    `${'{"__proto__":'.repeat(10_000)}1${"}".repeat(10_000)}`,
  );
  const decoded = decodeReview(Buffer.from(text));
  expect("request" in decoded && Object.keys(decoded.request.object as object)).toEqual(Object.keys(object));
  expect(Object.getPrototypeOf(decoded)).toBe(Object.prototype);
});
