import { describe, expect, test } from "vitest";
import { exactJson } from "./exact-json.ts";
import { parseDocuments } from "./parse-documents.ts";
import { SourceError } from "./source-document.ts";

const valuesOf = (text: string): unknown[] => parseDocuments(text).map(({ value }) => value);

function faultOf(text: string): SourceError {
  try {
    parseDocuments(text);
  } catch (error) {
    if (error instanceof SourceError) return error;
    throw error;
  }
  throw new Error("there was no fault");
}

describe("documents", () => {
  test("of YAML, empty ones left out", () => {
    expect(valuesOf("---\n# nothing\n---\na: 1\n---\nb: [x]\n...\n")).toEqual([{ a: 1 }, { b: ["x"] }]);
  });

  test.each(["", "\n", "# comment\n", "---\n---\n", "null"])("%j is none", (text) => {
    expect(valuesOf(text)).toEqual([]);
  });

  test("of JSON, indented with tabs, with every escape", () => {
    const value = { a: 'b"\\/\b\f\n\r\t😀\u0001', c: [1, 2.5, -3e2, true, null], d: {}, "": [] };
    expect(valuesOf(JSON.stringify(value, undefined, "\t"))).toEqual([value]);
    expect(valuesOf('{"a":"\\ud83d\\ude00\\/"}')).toEqual([{ a: "😀/" }]);
  });

  test("of a List are its items, each with its own places", () => {
    const text = "kind: List\nitems:\n  - kind: A\n    count: 10000000000000001\n  - kind: B\n";
    const [first, second] = parseDocuments(text);
    expect([first?.value, second?.value]).toEqual([{ kind: "A", count: 10000000000000000 }, { kind: "B" }]);
    expect(second?.positionOf(["kind"])).toEqual({ line: 5, column: 5 });
    expect(first?.exactNumbers).toEqual([{ path: ["count"], text: "10000000000000001" }]);
  });

  // What kubectl makes of them all: test/cluster/kubectl.test.ts.
  test("read words for true and false as kubectl does", () => {
    expect(valuesOf('[yes, No, on, OFF, true, y, N, "yes", \'no\', "y", yesterday]')).toEqual([
      [true, false, true, false, true, true, false, "yes", "no", "y", "yesterday"],
    ]);
  });

  test("read numbers as kubectl does, and leave what only begins like one", () => {
    expect(valuesOf('[0600, -010, 0o17, 1_000, 0b11, -0x1F, 08, +5, 1e3, 1.50, "0600"]')).toEqual([
      [384, -8, 15, 1000, 3, -31, 8, 5, 1000, 1.5, "0600"],
    ]);
    const texts = ["2026-12-31", "10.0.0.1", "0b12", "1e400", "_1", "30s", "1:30", "5-3"];
    expect(valuesOf(JSON.stringify(texts).replaceAll('"', ""))).toEqual([texts]);
  });

  test("keep keys such as __proto__ as data", () => {
    const [value] = valuesOf('__proto__: {polluted: true}\nconstructor: 1\n"": 2\n') as [object];
    expect(JSON.stringify(value)).toBe('{"__proto__":{"polluted":true},"constructor":1,"":2}');
    expect(({} as { polluted?: true }).polluted).toBeUndefined();
  });

  test("may use anchors and merge keys", () => {
    expect(valuesOf("a: &a {x: 1}\nb: *a\nc: {<<: *a, z: 2}\n")).toEqual([
      { a: { x: 1 }, b: { x: 1 }, c: { x: 1, z: 2 } },
    ]);
    expect(valuesOf("a: &a\n  b: &a [1]\n  c: *a\n")).toEqual([{ a: { b: [1], c: [1] } }]);
  });
});

describe("places", () => {
  const text =
    "metadata:\n  labels: {a.b/c: x}\nspec:\n  models:\n    - name: a\n      rateLimits:\n        burst: 1\n  base: &b\n    x: 1\n  copy: *b\n";
  const [document] = parseDocuments(text);

  test.each<[string, readonly (string | number)[], number, number]>([
    ["a field", ["spec", "models", 0, "rateLimits", "burst"], 7, 9],
    ["an item", ["spec", "models", 0], 5, 7],
    ["a key with dots", ["metadata", "labels", "a.b/c"], 2, 12],
    ["what is missing stands where it would be", ["spec", "models", 0, "rateLimits", "requestsPerMinute"], 6, 7],
    ["an item that is missing", ["spec", "models", 7, "name"], 4, 3],
    ["through an alias", ["spec", "copy", "x"], 9, 5],
    ["the whole", [], 1, 1],
  ])("%s", (_, path, line, column) => {
    expect(document?.positionOf(path)).toEqual({ line, column });
  });
});

describe("numbers", () => {
  const text = '{"a": 9007199254740993, "b": [1.0, 1e3, 5], "c": 0.1, "d": {"__proto__": 12345678901234567890}}';

  test("come out as they were written, however many digits", () => {
    const [{ value, exactNumbers } = { value: undefined, exactNumbers: [] }] = parseDocuments(text);
    expect(JSON.stringify(exactJson(value, exactNumbers))).toBe(text.replaceAll(": ", ":").replaceAll(", ", ","));
    expect(value).toMatchObject({ a: 9007199254740992, b: [1, 1000, 5] });
  });

  test("that are not there any more are left alone", () => {
    const { exactNumbers } = parseDocuments(text)[0] ?? { exactNumbers: [] };
    expect(exactJson({ a: "x", b: [], d: null }, exactNumbers)).toEqual({ a: "x", b: [], d: null });
  });
});

describe("faults name line, column and reason, and quote nothing", () => {
  test.each<[string, string, number, RegExp]>([
    ["a key given twice", "a: 1\nb:\n  c: 1\n  c: sk-secret\n", 4, /^this key is given twice$/],
    ["a bad indentation", "a:\n  - x\n b: sk-secret\n", 3, /./],
    ["a tab", "a:\n\tb: 1\n", 2, /[Tt]ab/],
    ["a quote that never ends", 'a: 1\nb: "sk-secret\n', 3, /quote/],
    ["half a JSON object", '{"a": [1, 2', 1, /./],
    ["an alias without anchor", "a: *x\n", 1, /[Aa]lias/],
    ["an alias inside what it stands for", "a: &a\n  b: [{ c: *a }]\n", 2, /^an alias must not/],
    ["an alias inside what another stands for", "- &a [&b [x]]\n- &b\n  c: [*a, *b]\n", 3, /^an alias must not/],
    ["an alias bomb", bomb(), 1, /^aliases stand for more/],
    ["a nesting without end", "[".repeat(100_000), 1, /^the text is nested too deeply$/],
  ])("%s", (_, text, line, message) => {
    const fault = faultOf(text);
    expect(fault.message).toMatch(message);
    expect(fault.message).not.toMatch(/sk-secret|\n/);
    expect(fault.line).toBe(line);
    expect(fault.column).toBeGreaterThan(0);
  });

  test("a map of very many keys is read in no time", () => {
    const text = Array.from({ length: 50_000 }, (_, index) => `k${index}: 1`).join("\n");
    expect(valuesOf(text)).toHaveLength(1); // comparing every pair of keys takes minutes
  });
});

/** Nine lists of nine aliases each: 9^9 strings. */
function bomb(): string {
  const lines = Array.from({ length: 9 }, (_, index) => {
    const items = index === 0 ? "x" : `*a${index - 1}`;
    return `a${index}: &a${index} [${Array.from({ length: 9 }, () => items).join(", ")}]`;
  });
  return lines.join("\n");
}
