import { describe, expect, it } from "vitest";
import { configWith, factsFor, findingsOf } from "../../../test/support/facts.ts";
import { forbiddenEndpoint } from "./forbidden-endpoint.ts";

function details(endpoint: string): readonly string[] {
  const facts = factsFor({ object: configWith({ models: [{ name: "model", endpoint }] }) });
  return findingsOf(forbiddenEndpoint, facts).map(({ detail }) => detail);
}

describe("forbidden-endpoint proposes the URL in its right spelling, where nothing else is wrong", () => {
  it.each([
    ["https://api.openai.com./v1", "must not have a host that ends with a dot, as in 'https://api.openai.com/...'"],
    ["https://me@api.openai.com:8443", "must not contain user info, as in 'https://api.openai.com:8443'"],
    ["api.openai.com/v1?key=hunter2", "must be an absolute http or https URL, as in 'https://api.openai.com/...'"],
    ["https://me:pass@word@api.openai.com", "must not contain user info"],
    ["https://127.0.0.1./v1", "must not have a host that ends with a dot"],
    ["https://kubernetes.default.svc./", "must not have a host that ends with a dot"],
    ["127.0.0.1/v1", "must be an absolute http or https URL"],
  ])("%s", (url, detail) => expect(details(url)[0]).toBe(detail));
});
