import { describe, expect, it } from "vitest";
import { correctedOrigin, correctedUrl } from "./corrected-url.ts";

const KEY = `sk-${"a1B2".repeat(10)}`;

describe("a URL that a message proposes", () => {
  it.each([
    ["https://api.example.com/v1", "https://api.example.com/v1"],
    ["https://user:hunter2@api.example.com/v1?key=hunter2", "https://api.example.com/v1?..."],
    [`https://api.example.com/${KEY}`, undefined],
    [`https://api.example.com/${"a".repeat(200)}`, undefined],
  ])("for %s", (text, proposed) => {
    const url = new URL(text);
    expect(correctedUrl(url, url.pathname)).toBe(proposed);
  });

  it.each([
    ["http://api.example.com", {}, "http://api.example.com"],
    ["http://api.example.com:8080/hook/hunter2", { protocol: "https:" }, "https://api.example.com:8080/..."],
    ["https://api.example.com./?key=hunter2", { host: "api.example.com" }, "https://api.example.com/..."],
    ["https://me@api.example.com", {}, "https://api.example.com"],
    ["https://me:pass@word@api.example.com", {}, undefined],
    ["https://me:pass@word#@api.example.com", {}, undefined],
    [`https://${KEY}.example.com`, {}, undefined],
    ["no URL", {}, undefined],
  ])("without its path, for %s", (text, correction, proposed) =>
    expect(correctedOrigin(text, correction)).toBe(proposed),
  );
});
