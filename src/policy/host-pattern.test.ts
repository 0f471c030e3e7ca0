import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hostOf, isOnHostList, matchesHost } from "./host-pattern.ts";

describe("a host pattern", () => {
  test.each([
    ["api.openai.com", "https://api.openai.com/v1"],
    ["api.openai.com", "HTTPS://API.OpenAI.com:8443/v1"],
    ["*.openai.azure.com", "https://x.openai.azure.com"],
    ["*.openai.azure.com", "https://a.b.openai.azure.com"],
  ])("%s is the host of %s", (pattern, url) => {
    expect(matchesHost(pattern, hostOf(url) ?? "")).toBe(true);
  });

  test.each([
    ["api.openai.com", "https://api.openai.com.evil.example"],
    ["api.openai.com", "https://api.openai.com@evil.example"],
    ["api.openai.com", "https://evil.example/api.openai.com"],
    ["api.openai.com", "https://evil.example\\@api.openai.com"],
    ["api.openai.com", "https://xapi.openai.com"],
    ["api.openai.com", "https://api.openai.com./v1"],
    ["openai.com", "https://api.openai.com"],
    ["*.openai.azure.com", "https://openai.azure.com"],
    ["*.openai.azure.com", "https://.openai.azure.com"],
    ["*.openai.azure.com", "https://xopenai.azure.com"],
    ["*.openai.azure.com", "https://x.openai.azure.com.evil.example"],
  ])("%s is not the host of %s", (pattern, url) => {
    expect(matchesHost(pattern, hostOf(url) ?? "")).toBe(false);
  });
});

test("a host is on a list when one of its patterns matches, and never on an empty one", () => {
  expect(isOnHostList(["a.example", "*.b.example"], "x.b.example")).toBe(true);
  expect(isOnHostList(["a.example", "*.b.example"], "b.example")).toBe(false);
  expect(isOnHostList([], "a.example")).toBe(false);
});

test("what is no URL with a host has no host", () => {
  expect(["", "api.openai.com", "/v1", "mailto:a@b.example", "https://", "file:///etc/passwd"].map(hostOf)).toEqual(
    Array(6).fill(undefined),
  );
});

test("the short way to a host finds the one that the parser finds", () => {
  const piece = fc.constantFrom(
    ..."https://;http://;HTTPS://;a;b-;xn--;1;127;.;..;com;localhost;:;:80;:99999;/;?;#;@;\\\\;\t; ;%2e;[::1]".split(
      ";",
    ),
  );
  const url = fc.array(piece, { maxLength: 9 }).map((pieces) => `https://${pieces.join("")}`);
  fc.assert(
    fc.property(fc.oneof(url, fc.webUrl()), (text) => {
      const host = URL.parse(text)?.hostname;
      expect(hostOf(text)).toBe(host === "" ? undefined : host);
    }),
    { numRuns: 3000 },
  );
});
