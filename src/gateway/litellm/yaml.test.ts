import fc from "fast-check";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { yamlOf } from "./yaml.ts";

const odd = fc.string({
  unit: fc.constantFrom("a", "\\", "\\ud800", "\u2028", "\u0085", "\u007f", "\ufeff", "\u{1f600}", '"', "\n", "é"),
});

it("says in YAML what it said in JSON", () => {
  fc.assert(
    fc.property(odd, (text) => {
      expect(parse(yamlOf(JSON.stringify([text])), { version: "1.1" })).toEqual([text]);
    }),
  );
});

it("holds nothing that YAML cannot print, and no half of a character", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.constantFrom("\ud800", "\udfff", ""), (text, half) => {
      // PyYAML, Reader.NON_PRINTABLE, without what it takes for line breaks.
      const written = yamlOf(JSON.stringify([text + half]));
      expect(written).toMatch(
        /^[\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]*$/u,
      );
      expect(written).not.toMatch(/(?<!\\)(?:\\\\)*\\ud[89a-f]/);
    }),
  );
});
