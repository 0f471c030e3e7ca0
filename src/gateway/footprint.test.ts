import fc from "fast-check";
import { expect, it } from "vitest";
import { ADAPTERS } from "./adapters.ts";
import { boundByLength, boundByText, MAX_RENDERED_BYTES } from "./footprint.ts";

const counts = fc.record({
  models: fc.nat(256),
  routes: fc.nat(512),
  links: fc.nat(8192),
  tries: fc.nat(81_920),
  policies: fc.nat(64),
});
const NOTHING = { models: 0, routes: 0, links: 0, tries: 0, policies: 0 };

it.each(ADAPTERS)("the bound by length is never below the one by the text, for $name", ({ footprint }) => {
  fc.assert(
    fc.property(counts, fc.string({ unit: "grapheme" }), fc.nat(100), (counts, text, more) => {
      const byText = boundByText(footprint, counts, text);
      expect(boundByLength(footprint, counts, Buffer.byteLength(text) + more)).toBeGreaterThanOrEqual(byText);
    }),
  );
});

it.each(ADAPTERS)("every part and every byte adds to the bound, for $name", ({ footprint }) => {
  const least = boundByLength(footprint, NOTHING, 0);
  expect(least).toBeLessThan(MAX_RENDERED_BYTES / 10);
  for (const field of ["models", "routes", "links", "policies"] as const)
    expect(boundByLength(footprint, { ...NOTHING, [field]: 1 }, 0)).toBeGreaterThan(least);
  expect(boundByLength(footprint, NOTHING, 1)).toBeGreaterThan(least);
});

it.each([
  ["envoy", "%", 2],
  ["caddy", "{", 3],
  ["caddy", "é", 2],
  ["json", "{", 1],
] as const)("counts for %s the text %j as it is written", (name, text, bytes) => {
  const { footprint } = ADAPTERS.find((adapter) => adapter.name === name) ?? {};
  if (!footprint) throw new Error(`no adapter ${name}`);
  const added = (more: string) => boundByText(footprint, NOTHING, more) - boundByText(footprint, NOTHING, "");
  expect(added(text)).toBe(bytes * added("a"));
});
