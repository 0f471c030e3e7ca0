import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { factsFor } from "../../test/support/facts.ts";
import { ordinaryHost } from "./ordinary-endpoint.ts";
import { forbiddenEndpoint } from "./rules/forbidden-endpoint.ts";
import { LOOPBACK_NAMES, METADATA_NAMES, TOP_LEVEL_DOMAINS, WILDCARD_NAMES } from "./special-names.ts";

describe("an ordinary endpoint", () => {
  it.each(["https://api.openai.com/v1", "https://openrouter.ai", "https://a.b.example:8443/v1?x=y@z#f"])("%s", (url) =>
    expect(ordinaryHost(url)).toBe(new URL(url).hostname),
  );

  it("is one in which a close look finds nothing", () => {
    const label = fc.oneof(
      fc.constantFrom("api", "a", "0x7f", "1", "xn--a", "default", "svc", "pod", "kubernetes", "10-0-0-1", ""),
      fc.constantFrom(...TOP_LEVEL_DOMAINS, "ai", "local", "internal", "localhost"),
      fc.constantFrom(...METADATA_NAMES, ...LOOPBACK_NAMES, ...WILDCARD_NAMES.keys()),
    );
    const host = fc.array(label, { minLength: 1, maxLength: 5 }).map((labels) => labels.join("."));
    const rest = fc.oneof(
      fc.constantFrom("", "/v1", ":443", ":99999", ":0x1", "@x.com", "\\@x.com", "/ ", "?a=b", "#a"),
      fc.string({ maxLength: 4 }),
    );
    let ordinary = 0;
    fc.assert(
      fc.property(host, rest, (name, after) => {
        const url = `https://${name}${after}`;
        const isOrdinary = ordinaryHost(url) !== undefined;
        if (isOrdinary) ordinary += 1;
        expect([undefined, URL.parse(url)?.hostname]).toContain(ordinaryHost(url));
        // A scheme in capitals says the same, and is not ordinary.
        expect([isOrdinary, findingsAbout(`HTTPS${url.slice("https".length)}`).length > 0]).not.toEqual([true, true]);
      }),
      { numRuns: 5000 },
    );
    expect(ordinary).toBeGreaterThan(100); // a property that saw nothing must be red
  });
});

function findingsAbout(url: string) {
  const part = { kind: "url", path: "spec.models[0].endpoint", key: "model/m/endpoint", value: { url } } as const;
  return forbiddenEndpoint.judges.url?.(part, FACTS) ?? [];
}

const FACTS = factsFor();
