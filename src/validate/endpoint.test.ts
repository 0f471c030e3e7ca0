import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NOT_ABSOLUTE, parseEndpoint, spellingFault } from "./endpoint.ts";

function faultOf(url: string): string | undefined {
  const endpoint = parseEndpoint(url);
  return endpoint ? spellingFault(url, endpoint) : NOT_ABSOLUTE;
}

describe("a spelling that parsers read differently is a fault", () => {
  const absolute = "must be an absolute http or https URL";
  const invisible = "must not contain whitespace, control characters or backslashes";
  it.each([
    ["", absolute],
    ["api.openai.com/v1", absolute],
    ["//api.openai.com/v1", absolute],
    ["https:api.openai.com", absolute],
    ["https:/api.openai.com", absolute],
    ["https:///api.openai.com", absolute],
    ["ftp://api.openai.com", absolute],
    ["file:///etc/passwd", absolute],
    ["javascript:alert(1)", absolute],
    ["https://", absolute],
    ["https://api.openai.com:99999", absolute],
    ["https://1.2.3.4.5", absolute],
    [" https://api.openai.com", invisible],
    ["https://api.openai.com/a b", invisible],
    ["https://api.open\tai.com", invisible],
    ["https://api.openai.com/\u202egnp", invisible],
    ["https://api.openai.com\\@evil.example", invisible],
    ["https://api.openai.com@evil.example", "must not contain user info"],
    ["https://@evil.example", "must not contain user info"],
    ["https://api.openai.com./v1", "must not have a host that ends with a dot"],
    ["https://8.8.8.8./v1", "must not have a host that ends with a dot"],
    ["https://\u0430pi.openai.com", "must have a host in ASCII, internationalised names in their form with 'xn--'"],
    ["https://o\u212aex.com", "must have a host in ASCII, internationalised names in their form with 'xn--'"],
    ["https://api%2eopenai.com", "must have a host written in its plain form, 'api.openai.com'"],
    ["https://134744072", "must have a host written in its plain form, '8.8.8.8'"],
    ["https://010.8.8.8", "must have a host written in its plain form, '8.8.8.8'"],
    [
      "https://${HOST}/v1",
      "must have a host of letters, digits and '-' in labels of at most 63 characters, joined by '.'",
    ],
    [
      "https://{env.HOST}",
      "must have a host of letters, digits and '-' in labels of at most 63 characters, joined by '.'",
    ],
    [
      "https://a..example.com",
      "must have a host of letters, digits and '-' in labels of at most 63 characters, joined by '.'",
    ],
    [
      `https://${"a".repeat(64)}.com`,
      "must have a host of letters, digits and '-' in labels of at most 63 characters, joined by '.'",
    ],
    [
      `https://${"a.".repeat(126)}com`,
      "must have a host of letters, digits and '-' in labels of at most 63 characters, joined by '.'",
    ],
  ])("%j", (url, detail) => expect(faultOf(url)).toBe(detail));
});

describe("a spelling that all parsers read alike", () => {
  it.each([
    "https://api.openai.com",
    "HTTP://API.OpenAI.com:8443/v1?a=b#c",
    "https://8.8.8.8",
    "https://[2606:4700::1111]:443/",
    "https://[2606:4700:0:0:0:0:0:1111]",
    "https://my_tenant.example.com",
    "https://api.example.com/mod\u00e8les/a@b",
    `https://${"a.".repeat(126)}a`,
  ])("is none: %s", (url) => expect(faultOf(url)).toBeUndefined());

  it("has the host that is written in it, for any text", () => {
    const text = fc.oneof(
      fc.webUrl({ withQueryParameters: true, withFragments: true }),
      fc.string({ unit: "binary" }).map((rest) => `https://${rest}`),
      fc
        .string({ unit: fc.constantFrom(...Array.from("ab01.:/\\@#?%[]xn-\t{}\u3002")) })
        .map((rest) => `http://${rest}`),
    );
    fc.assert(
      fc.property(text, (url) => {
        fc.pre(faultOf(url) === undefined);
        const [, written = ""] = /^https?:\/\/([^/?#:@\\]+|\[[^\]]+\])(?::\d*)?(?:[/?#]|$)/i.exec(url) ?? [];
        const meant = written.startsWith("[") ? new URL(`http://${written}`).hostname : written.toLowerCase();
        expect(new URL(url).hostname).toBe(meant);
      }),
      { numRuns: 2000, maxSkipsPerRun: 100 },
    );
  });
});
