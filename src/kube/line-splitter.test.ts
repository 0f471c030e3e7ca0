import fc from "fast-check";
import { expect, test } from "vitest";
import { LineSplitter } from "./line-splitter.ts";

function texts(lines: Iterable<Buffer>): string[] {
  return Array.from(lines, (line) => line.toString("utf8"));
}

/** The lines of a text that arrives in chunks of these sizes. */
function split(text: string, sizes: readonly number[]): string[] {
  const bytes = Buffer.from(text);
  const splitter = new LineSplitter();
  const lines: string[] = [];
  let start = 0;
  for (const size of [...sizes, bytes.length]) {
    lines.push(...texts(splitter.push(bytes.subarray(start, start + size))));
    start += size;
  }
  return lines;
}

test("gives the same lines wherever the chunks end, inside a character too", () => {
  const line = fc.string({ unit: "binary" }).filter((text) => !text.includes("\n"));
  fc.assert(
    fc.property(fc.array(line), fc.array(fc.nat({ max: 7 })), (lines, sizes) => {
      const text = lines.map((line) => `${line}\n`).join("");
      expect(split(text, sizes)).toEqual(lines.filter((line) => line !== "").map((line) => line.toWellFormed()));
    }),
  );
});

test("gives all lines of one chunk and keeps the beginning of the next", () => {
  const splitter = new LineSplitter();
  expect(texts(splitter.push(Buffer.from("one\ntwo\nth")))).toEqual(["one", "two"]);
  expect(texts(splitter.push(Buffer.from("ree\n")))).toEqual(["three"]);
});

test("joins a line of 5 MB from small chunks", () => {
  const splitter = new LineSplitter();
  const chunk = Buffer.alloc(1024, "x");
  for (let count = 0; count < 5 * 1024; count += 1) expect([...splitter.push(chunk)]).toEqual([]);
  expect(Array.from(splitter.push(Buffer.from("\n")), (line) => line.length)).toEqual([5 * 1024 * 1024]);
});

test("refuses to hold a line without end", () => {
  const splitter = new LineSplitter(10);
  expect(() => [...splitter.push(Buffer.from("eleven bytes"))]).toThrow(RangeError);
});
