import { describe, expect, it } from "vitest";
import type { AttachedPolicy } from "#api/kinds/attached-policy.ts";
import { credentialCorpus, type LabelledCredential } from "../../test/support/credential-corpus.ts";
import { configWith, factsFor, findingsOf } from "../../test/support/facts.ts";
import { INNOCENT_FIELDS, innocentTexts } from "../../test/support/innocent-texts.ts";
import { credentialAs, credentialIn, credentialInUrl } from "./credential.ts";
import { inlineCredential } from "./rules/inline-credential.ts";

// What is measured here stands in docs/inline-credentials.md.
const CREDENTIALS = credentialCorpus(10);
const INNOCENT = innocentTexts();

const byLook = (text: string) => credentialIn(text) ?? credentialInUrl(text);
const isFound = ({ name, text }: LabelledCredential) =>
  (name === undefined ? byLook(text) : credentialAs(name, text)) !== undefined;
const shown = ({ provider, name }: LabelledCredential) => `${provider} in ${name ?? "any field"}`;

describe("of a corpus of credentials and innocent texts", () => {
  it("there are many of both", () => {
    expect(new Set(CREDENTIALS.map(({ provider }) => provider)).size).toBeGreaterThanOrEqual(45);
    expect(new Set(INNOCENT).size).toBeGreaterThanOrEqual(500);
  });

  it("every credential that has a format of its own is found, wherever it stands", () => {
    expect(CREDENTIALS.filter((each) => each.name === undefined && !isFound(each)).map(shown)).toEqual([]);
  });

  it("99 of 100 without one are found by the field that they stand in", () => {
    const named = CREDENTIALS.filter(({ name }) => name !== undefined);
    expect(named.filter(isFound).length / named.length).toBeGreaterThanOrEqual(0.99);
  });

  it("no innocent text is taken for a credential by its look", () => {
    expect(INNOCENT.filter((text) => byLook(text) !== undefined)).toEqual([]);
  });

  it("nor is what fields of credentials hold when it is a name, a reference or a setting", () => {
    expect(INNOCENT_FIELDS.filter(([name, value]) => credentialAs(name, value) !== undefined)).toEqual([]);
  });

  it("a third of the innocent texts cannot be told from a key in a field called `key`: digests, UUIDs and base64", () => {
    const mistaken = INNOCENT.filter((text) => credentialAs("key", text) !== undefined);
    expect(mistaken.length / INNOCENT.length).toBeLessThan(0.33);
  });
});

describe("inline-credential finds what the detector finds", () => {
  const places: Readonly<Record<string, (field: string, text: string) => Parameters<typeof configWith>[0]>> = {
    "a header that a route compares": (name, value) => ({ routes: [{ match: { headers: [{ name, value }] } }] }),
    "a query parameter that a route compares": (name, value) => ({
      routes: [{ match: { queryParams: [{ name, value }] } }],
    }),
    "a setting of a policy": (name, value) => ({ policies: [policy({ nested: [{ [name]: value }] })] }),
    "a header that a policy sets": (name, value) => ({ policies: [policy({ headers: [{ name, value }] })] }),
    "a query of an endpoint": (name, value) => ({
      models: [{ name: "m", endpoint: `https://a.example/v1?x=1&${new URLSearchParams([[name, value]]).toString()}` }],
    }),
  };

  it.each(Object.entries(places))("in %s", (_place, build) => {
    const found = CREDENTIALS.filter(isFound).filter(({ text }) => !text.startsWith("https://"));
    const missed = found.filter(({ name = "x-note", text }) => {
      const findings = findingsOf(inlineCredential, factsFor({ object: configWith(build(name, text)) }));
      for (const { part: _part, ...finding } of findings) expect(JSON.stringify(finding)).not.toContain(text);
      return findings.length === 0;
    });
    expect(missed.map(shown)).toEqual([]);
  });
});

function policy(config: Record<string, unknown>): AttachedPolicy {
  return { name: "p", config };
}
