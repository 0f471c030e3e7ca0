import { describe, expect, it } from "vitest";
import { configWith, factsFor, findingsOf } from "../../../test/support/facts.ts";
import { HOLDS } from "../rule.ts";
import { endpointPath } from "./endpoint-path.ts";

function find(endpoint: string) {
  return findingsOf(endpointPath, factsFor({ object: configWith({ models: [{ name: "model", endpoint }] }) }));
}

describe("endpoint-path", () => {
  it.each([
    "https://api.openai.com/v1",
    "https://api.openai.com",
    "https://api.example.com/v1/v2",
    "https://api.example.com/v1/v10",
    "https://api.example.com/v1?next=/chat/completions",
    "https://api.example.com/chat/completions/v1",
    "https://completions",
    "not a URL/v1/v1",
    "",
  ])("holds for %j", (endpoint) => expect(find(endpoint)).toEqual([]));

  it("makes nothing for a base URL or none", () => {
    const models = [{ name: "base", endpoint: "https://api.openai.com/v1" }, { name: "none" }];
    const facts = factsFor({ object: configWith({ models }) });
    for (const model of facts.owner.models) expect(endpointPath.judges.model?.(model, facts)).toBe(HOLDS);
  });

  it.each([
    ["https://openai.example.com/v1/chat/completions", "https://openai.example.com/v1"],
    ["https://openai.example.com/v1/images/generations", "https://openai.example.com/v1"],
    ["https://api.example.com:8443/v1/embeddings/", "https://api.example.com:8443/v1"],
    ["https://api.example.com/v1/completions", "https://api.example.com/v1"],
    ["https://api.anthropic.com/v1/messages", "https://api.anthropic.com/v1"],
    ["https://api.example.com/v1/v1", "https://api.example.com/v1"],
    ["https://api.example.com/v1/v1/", "https://api.example.com/v1/"],
    ["https://api.example.com/v1/v1/v1/chat/completions", "https://api.example.com/v1"],
    ["https://api.example.com/v1beta/v1beta/openai", "https://api.example.com/v1beta/openai"],
    ["https://api.example.com/chat/completions", "https://api.example.com"],
    ["http://ollama.team-a.svc:11434/api/chat", "http://ollama.team-a.svc:11434"],
    ["https://gemini.example.com/v1beta/models/gemini-pro:generateContent", "https://gemini.example.com/v1beta"],
    [
      "https://x.example.com/openai/deployments/d/chat/completions?api-version=1",
      "https://x.example.com/openai/deployments/d?...",
    ],
  ])("finds %s and names %s", (endpoint, corrected) => {
    const detail = `must be a base URL, as in '${corrected}'`;
    const where = { at: ["endpoint"], read: [["endpoint"]] };
    expect(find(endpoint)).toMatchObject([{ ...where, kind: "Invalid value", detail }]);
  });

  it("shows neither user info nor query", () => {
    const [found] = find("https://user:hunter2@api.example.com/v1/embeddings?key=hunter2#hunter2");
    expect(found?.detail).toBe("must be a base URL, as in 'https://api.example.com/v1?...'");
    expect(found).not.toHaveProperty("value");
  });

  it("names no corrected URL that holds a credential or would not fit a message", () => {
    const key = `sk-${"a1B2".repeat(10)}`;
    const detail = "must be a base URL, without the path of a call";
    expect(find(`https://api.example.com/${key}/embeddings`)[0]?.detail).toBe(detail);
    expect(find(`https://api.example.com/${"a".repeat(1900)}/embeddings`)[0]?.detail).toBe(detail);
  });

  it("is quick on whatever the schema lets through", () => {
    for (const part of ["/v1", "/v1/", "/", "/v1v", "/chat/completions", ":generateContent"]) {
      expect(() => find(`https://a.example${part.repeat(2048)}!`)).not.toThrow(); // backtracking would never end
    }
  });
});
