import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AttachedPolicy } from "#api/kinds/attached-policy.ts";
import type { Model } from "#api/kinds/model.ts";
import type { Route } from "#api/kinds/route.ts";
import { configWith, factsFor, findingsOf } from "../../../test/support/facts.ts";
import { HOLDS } from "../rule.ts";
import { inlineCredential } from "./inline-credential.ts";

const SECRET = "a1B2c3D4e5F6g7H8i9J0";
const KEY = `sk-${SECRET}${SECRET}`;

function findIn(spec: Parameters<typeof configWith>[0]) {
  return findingsOf(inlineCredential, factsFor({ object: configWith(spec) }));
}

const inModel = (model: Omit<Model, "name">) => findIn({ models: [{ name: "model", ...model }] });
const inMatch = (match: Route["match"]) => findIn({ routes: [match ? { match } : {}] });
const inConfig = (config: AttachedPolicy["config"]) =>
  findIn({ policies: [{ name: "p", ...(config ? { config } : {}) }] });
const paths = (found: ReturnType<typeof findIn>) => found.map(({ at }) => at.join("."));

describe("inline-credential in a model", () => {
  it.each(["secret://openai/apiKey", "${OPENAI_KEY}", "", "secret://misspelt", "${mis-spelt}"])(
    "lets %j pass",
    (value) => expect(inModel({ auth: { value } })).toEqual([]),
  );

  it.each(["sk-xyz123", "x", "Bearer ${OPENAI_KEY}", "$OPENAI_KEY", "os.environ/OPENAI_KEY"])(
    "finds the literal %s",
    (value) => {
      const at = ["auth", "value"];
      const detail = "must not be a literal but 'secret://NAME/KEY', or `valueFrom` instead";
      expect(inModel({ auth: { value } })).toMatchObject([{ at, kind: "Forbidden", detail, read: [at] }]);
    },
  );

  it("finds credentials in URLs and beside the value", () => {
    const clientSecretRef = { name: "client", key: "secret" };
    const found = inModel({
      endpoint: `https://api.example.com/v1?api-key=${SECRET}`,
      auth: {
        header: KEY,
        scheme: `Bearer ${KEY}`,
        oauth2: { tokenUrl: `https://user:${SECRET}@login.example.com`, clientId: KEY, clientSecretRef },
      },
    });
    expect(paths(found)).toEqual([
      "endpoint",
      "auth.header",
      "auth.scheme",
      "auth.oauth2.tokenUrl",
      "auth.oauth2.clientId",
    ]);
    expect(found.map(({ read }) => read)).toEqual(found.map(({ at }) => [at]));
    expect(found[0]?.detail).toBe("must not hold a credential; a Secret is the place for it");
    expect(found[1]?.detail).toBe("must not hold an OpenAI key; a Secret is the place for it");
  });

  it("makes nothing where there is nothing to find", () => {
    const auth = { type: "apikey" as const, value: "secret://a/b", header: "x-api-key", scheme: "Bearer" };
    const facts = factsFor({
      object: configWith({ models: [{ name: "m", endpoint: "https://a.example?v=1", auth }] }),
    });
    const [model] = facts.owner.models;
    expect(model && inlineCredential.judges.model?.(model, facts)).toBe(HOLDS);
  });
});

describe("inline-credential in a route", () => {
  it("finds values of headers and query parameters that carry credentials", () => {
    const found = inMatch({
      headers: [
        { name: "x-team", value: "a" },
        { name: "Authorization", value: `Bearer ${KEY}` },
        { name: "X-API-Key", value: "hunter22" },
      ],
      queryParams: [{ name: "api-key", value: "hunter22" }],
    });
    expect(paths(found)).toEqual(["match.headers.1.value", "match.headers.2.value", "match.queryParams.0.value"]);
  });

  it("lets expressions pass, unless a whole credential is written in one", () => {
    expect(inMatch({ headers: [{ name: "X-API-Key", type: "Regex", value: "hunter.*" }] })).toEqual([]);
    expect(paths(inMatch({ headers: [{ name: "x", type: "Regex", value: `^${KEY}$` }] }))).toEqual([
      "match.headers.0.value",
    ]);
  });

  it("makes nothing for a route without conditions", () => expect(inMatch(undefined)).toEqual([]));
});

describe("inline-credential in an attached policy", () => {
  it.each([
    [{ apiKey: "hunter22" }, "config.apiKey"],
    [{ exporter: { headers: { authorization: SECRET } } }, "config.exporter.headers.authorization"],
    [{ tokens: [SECRET] }, "config.tokens.0"],
    [{ anything: [{ at: { all: KEY } }] }, "config.anything.0.at.all"],
    [{ url: `https://a.example?token=${SECRET}` }, "config.url"],
    [{ deep: { down: [`https://user:${SECRET}@a.example`] } }, "config.deep.down.0"],
    [{ headers: [{ name: "x-api-key", value: "hunter22" }] }, "config.headers.0.value"],
    [{ apiKey: { value: "hunter22" } }, "config.apiKey.value"],
  ])("finds %j", (config, path) => expect(paths(inConfig(config))).toEqual([path]));

  it.each([
    [{ sampling: 0.1, tracing: true, accessLog: { fields: ["token", "apiKey"] } }],
    [{ apiKey: "${OPENAI_KEY}" }],
    [{ apiKey: { secretKeyRef: { name: "openai-2024", key: "apiKey" } } }],
    [{ headers: [{ name: "x-tenant", value: "hunter22" }] }],
    [{ jwt: { issuer: "https://login.example.com", jwksURI: "https://login.example.com/keys" } }],
  ])("lets %j pass", (config) => expect(inConfig(config)).toEqual([]));

  it("reads the name beside a value too", () => {
    const [found] = inConfig({ headers: [{ name: "x-api-key", value: "hunter22" }] });
    expect(found?.read).toEqual([
      ["config", "headers", 0, "value"],
      ["config", "headers", 0, "name"],
    ]);
  });

  it("says so when there is too much to look at", () => {
    const config = { apiKey: "hunter22", list: Array.from({ length: 20_000 }, () => "a") };
    expect(paths(inConfig(config))).toEqual(["config.apiKey", "config"]);
    let deep: Record<string, unknown> = {};
    for (let level = 0; level < 5000; level += 1) deep = { deep };
    expect(inConfig(deep)).toMatchObject([
      { at: ["config"], detail: "must be small enough to be searched for credentials" },
    ]);
  });
});

describe("a finding of inline-credential", () => {
  it("never holds the value, whatever it is and wherever it stands", () => {
    const secret = fc.string({
      unit: fc.constantFrom(...Array.from("abcXYZ0123456789")),
      minLength: 20,
      maxLength: 60,
    });
    const shape = fc.constantFrom<(key: string) => Parameters<typeof configWith>[0]>(
      (key) => ({ models: [{ name: "m", auth: { value: key } }] }),
      (key) => ({ models: [{ name: "m", endpoint: `https://a.example/v1?key=1&apiKey=${key}` }] }),
      (key) => ({ models: [{ name: "m", endpoint: `https://${key}@a.example/` }] }),
      (key) => ({ models: [{ name: "m", auth: { scheme: `Bearer sk-0${key}` } }] }),
      (key) => ({ routes: [{ match: { headers: [{ name: "x-api-key", value: key }] } }] }),
      (key) => ({ policies: [{ name: "p", config: { password: key } }] }),
      (key) => ({ policies: [{ name: "p", config: { a: [{ b: `xai-${key}` }] } }] }),
    );
    fc.assert(
      fc.property(secret, shape, (key, build) => {
        const found = findIn(build(key));
        expect(found.length).toBe(1);
        for (const { part: _part, ...rest } of found) expect(JSON.stringify(rest)).not.toContain(key);
        for (const each of found) expect(each).not.toHaveProperty("value");
      }),
    );
  });
});
