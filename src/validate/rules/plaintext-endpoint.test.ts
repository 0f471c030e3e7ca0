import { describe, expect, it } from "vitest";
import type { Model } from "#api/kinds/model.ts";
import { configWith, factsFor, findingsOf, type World } from "../../../test/support/facts.ts";
import { HOLDS } from "../rule.ts";
import { plaintextEndpoint } from "./plaintext-endpoint.ts";

function find(model: Omit<Model, "name">, world: World = {}) {
  const object = configWith({ models: [{ name: "model", ...model }] });
  return findingsOf(plaintextEndpoint, factsFor({ object, ...world }));
}

const by = <T>(value: T) => ({ value, source: "policy team-defaults" });
const must = (example: string) =>
  `must use https outside the cluster${example}, unless a policy sets \`endpoints.allowHTTP\``;

describe("plaintext-endpoint", () => {
  it.each([
    "https://api.openai.com/v1",
    "HTTPS://api.openai.com/v1",
    "http://llama.team-a.svc.cluster.local:8000/v1",
    "http://llama.team-b.svc",
    "http://llama.team-b",
    "http://llama",
    "http://localhost",
    "http://169.254.169.254/latest",
    "not a URL",
  ])("holds for %s", (endpoint) => {
    expect(find({ endpoint }, { otherNamespaces: ["team-b"] })).toEqual([]);
  });

  it("makes nothing for https", () => {
    const facts = factsFor({ object: configWith({ models: [{ name: "m", endpoint: "https://api.example.com" }] }) });
    const [url] = facts.owner.urls;
    const [model] = facts.owner.models;
    expect(url && plaintextEndpoint.judges.url?.(url, facts)).toBe(HOLDS);
    expect(model && plaintextEndpoint.judges.model?.(model, facts)).toBe(HOLDS);
  });

  it.each([
    ["http://api.openai.com/v1", ", as in 'https://api.openai.com/...'"],
    ["hTTp:\\\\api.openai.com", ", as in 'https://api.openai.com'"],
    ["http://api.openai.com:8080/v1", ""],
    ["http://user@password@api.openai.com", ""],
    ["http://10.0.0.7", ", as in 'https://10.0.0.7'"],
    ["http://llama.team-a.svc.evil.example", ", as in 'https://llama.team-a.svc.evil.example'"],
    ["http://team-a.svc.cluster.local.evil.example", ", as in 'https://team-a.svc.cluster.local.evil.example'"],
  ])("finds %s, unless a policy allows http", (endpoint, example) => {
    expect(find({ endpoint })).toMatchObject([{ at: [], kind: "Invalid value", read: [["url"]] }]);
    expect(find({ endpoint })[0]?.detail.startsWith(must(example))).toBe(true);
    expect(find({ endpoint }, { endpoints: { allowHTTP: by(true) } })).toEqual([]);
  });

  it("asks for the full name of a Service that could be a public host", () => {
    const detail = `${must(", as in 'https://llama.dev'")}; a Service in the cluster is written as 'name.namespace.svc'`;
    expect(find({ endpoint: "http://llama.dev" }, { otherNamespaces: ["dev"] })).toMatchObject([{ detail }]);
  });

  it("finds a certificate that is not checked, unless a policy allows http", () => {
    const model = { endpoint: "https://api.example.com", tls: { insecureSkipVerify: true } };
    const at = ["tls", "insecureSkipVerify"];
    expect(find(model)).toMatchObject([{ at, kind: "Invalid value", value: true, read: [at] }]);
    expect(find({ tls: { insecureSkipVerify: false } })).toEqual([]);
    expect(find(model, { endpoints: { allowHTTP: by(true) } })).toEqual([]);
  });

  it("names the policy that asks, and shows no URL, since one can hold a secret", () => {
    const [found] = find(
      { endpoint: "http://user:hunter2@api.example.com?key=hunter2" },
      { endpoints: { allowHTTP: by(false) } },
    );
    expect(found).toMatchObject({ source: "policy team-defaults" });
    expect(JSON.stringify([found?.value, found?.detail])).not.toContain("hunter2");
    expect(find({ endpoint: "http://api.example.com" })[0]).not.toHaveProperty("source");
  });
});
