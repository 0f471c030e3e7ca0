import fc from "fast-check";
import { expect, test } from "vitest";
import { ListParser } from "./list-parser.ts";

function parseInChunks(text: string, sizes: readonly number[]) {
  const bytes = Buffer.from(text);
  const parser = new ListParser((json): unknown => JSON.parse(json.toString("utf8")));
  let start = 0;
  for (const size of [...sizes, bytes.length]) {
    parser.push(bytes.subarray(start, start + size));
    start += size;
  }
  return parser.finish();
}

test("reads what JSON.parse reads, wherever the chunks end", () => {
  const item = fc.dictionary(fc.string(), fc.jsonValue());
  const list = fc.record({
    kind: fc.string(),
    metadata: fc.dictionary(fc.string(), fc.jsonValue()),
    items: fc.array(item),
    trailer: fc.jsonValue(),
  });
  fc.assert(
    fc.property(list, fc.array(fc.nat({ max: 9 })), fc.constantFrom(undefined, 2), (list, sizes, indent) => {
      const text = JSON.stringify(list, undefined, indent);
      const expected = JSON.parse(text) as typeof list;
      const { envelope, items } = parseInChunks(text, sizes);
      expect(items).toEqual(expected.items);
      expect(envelope).toEqual({ ...expected, items: [] });
    }),
  );
});

test("takes only the items of the list itself for items", () => {
  const text = '{"metadata":{"items":[{"a":1}]},"items":[{"items":[{"b":2}]}]}';
  expect(parseInChunks(text, [])).toEqual({
    envelope: { metadata: { items: [{ a: 1 }] }, items: [] },
    items: [{ items: [{ b: 2 }] }],
  });
});

test("knows a list that was cut off", () => {
  expect(() => parseInChunks('{"kind":"List","items":[{"a":1}', [])).toThrow(SyntaxError);
});

test("reads a list whose items are null, as the API server writes an empty one", () => {
  expect(parseInChunks('{"kind":"List","items":null}', []).items).toEqual([]);
});
