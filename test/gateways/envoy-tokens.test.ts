import { generateKeyPairSync, sign } from "node:crypto";
import { describe, expect, test } from "vitest";
import { effectiveRoute as route } from "../support/effective-parts.ts";
import { useEnvoy } from "../support/gateways/use-envoy.ts";

const ISSUER = "https://login.example.com/";
const AUDIENCE = "gateway";

describe("a real Envoy", () => {
  const { upstream, loaded, ask, model } = useEnvoy("canary-that-must-stay");
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });

  function token(claims: object = {}): string {
    const issued = { iss: ISSUER, aud: AUDIENCE, exp: Math.floor(Date.now() / 1000) + 600, ...claims };
    const parts = [{ alg: "RS256", typ: "JWT", kid: "1" }, issued];
    const signed = parts.map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
    return `${signed}.${sign("sha256", Buffer.from(signed), privateKey).toString("base64url")}`;
  }

  async function status(path: string, shown?: string): Promise<number> {
    return (await ask(path, { headers: shown === undefined ? {} : { Authorization: `Bearer ${shown}` } })).status;
  }

  test("lets in whoever has a token of the policy's issuer, which no provider is shown", async () => {
    const keys = { keys: [{ ...publicKey.export({ format: "jwk" }), kid: "1", alg: "RS256", use: "sig" }] };
    upstream().answer = ({ path }, response) => response.end(path === "/keys" ? JSON.stringify(keys) : "said");
    const jwt = { issuer: ISSUER, audience: AUDIENCE, jwksURI: `${upstream().url}/keys` };
    await loaded({
      models: [model("gpt")],
      routes: [
        route("/known", "gpt", { policies: ["known"] }),
        route("/keyless", "gpt", { policies: ["keyless"] }),
        route("/", "gpt"),
      ],
      policies: [
        { name: "known", type: "accessControl", config: { jwt } },
        { name: "keyless", type: "accessControl", config: { jwt: { issuer: ISSUER } } },
      ],
    });
    upstream().taken();
    expect(await status("/known", token())).toBe(200);
    expect(await status("/known")).toBe(401);
    expect(await status("/known", `${token().slice(0, -8)}AAAAAAAA`)).toBe(401);
    expect(await status("/known", token({ exp: 1 }))).toBe(401);
    expect(await status("/known", token({ iss: "https://other.example.com/" }))).toBe(401);
    expect(await status("/known", token({ aud: "other" }))).toBe(403);
    expect(await status("/keyless", token())).toBe(403);
    expect(await status("/")).toBe(200);
    const asked = upstream()
      .taken()
      .filter(({ path }) => path !== "/keys");
    expect(asked.map(({ headers }) => headers.authorization)).toEqual([undefined, undefined]);
  });

  test("takes what is edited while the host of the keys does not answer, and lets nobody in meanwhile", async () => {
    upstream().answer = ({ path }, response) => {
      if (path !== "/keys") response.end("said");
    };
    const jwt = { issuer: ISSUER, jwksURI: `${upstream().url}/keys` };
    const started = performance.now();
    await loaded({
      models: [model("gpt")],
      routes: [route("/known", "gpt", { policies: ["known"] }), route("/", "gpt")],
      policies: [{ name: "known", type: "accessControl", config: { jwt } }],
    });
    expect(performance.now() - started).toBeLessThan(4000); // of the five seconds that the host has
    expect(await status("/")).toBe(200);
    expect(await status("/known", token())).toBe(401);
  });
});
