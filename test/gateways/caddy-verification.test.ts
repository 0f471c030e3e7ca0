import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { PushOutcome } from "#controller/admin/admin-api.ts";
import { adminApi } from "#controller/admin/admin-apis.ts";
import { GatewayClient } from "#controller/admin/gateway-client.ts";
import type { Verification } from "#controller/verification/verification.ts";
import { SYSTEM_CLOCK } from "#kube/clock.ts";
import { effectiveModel, effectiveRoute } from "../support/effective-parts.ts";
import { FakeGateway } from "../support/fake-gateway.ts";
import { type Caddy, startCaddy } from "../support/gateways/caddy.ts";
import { plainRequest } from "../support/gateways/plain-request.ts";
import { rendered } from "../support/rendering-case.ts";
import { settled, systemVerifier } from "../support/settled-verification.ts";

const client = new GatewayClient({ clock: SYSTEM_CLOCK, userAgent: "gatehouse/0" });

const VERIFIED = { instances: 1, verified: 1, differing: 0 };

describe("a real Caddy", () => {
  let caddy: Caddy;
  beforeAll(async () => {
    caddy = await startCaddy({});
  });
  afterAll(() => caddy[Symbol.asyncDispose]());
  beforeEach(async () => {
    await push("sha256:base");
  });

  function configuration(hash: string): string {
    const configuration = { models: [effectiveModel("gpt")], routes: [effectiveRoute("/chat", "gpt")] };
    return rendered("caddy", { configuration, hash, parameters: caddy.parameters }).pushed ?? "";
  }

  function push(hash: string, url = `${caddy.adminUrl}/load`, body = configuration(hash)): Promise<PushOutcome> {
    const api = adminApi("caddy", client);
    if (!api) throw new Error("Caddy has an admin API");
    return api.push({ url, body, signal: AbortSignal.timeout(30_000) });
  }

  async function verify(hash: string): Promise<Verification> {
    const delivery = { adminAPI: { url: `${caddy.adminUrl}/load` } };
    const spec = { adapter: "caddy", delivery, verify: { timeout: "500ms" } } as const;
    return settled(systemVerifier(), spec, { hash, rendered: { files: {}, secrets: {} } });
  }

  test("confirms what was pushed, and is pushed nothing twice", async () => {
    expect(await push("sha256:new")).toEqual({ type: "accepted", changed: true });
    expect(await verify("sha256:new")).toEqual(VERIFIED);
    expect(await push("sha256:new")).toEqual({ type: "accepted", changed: false });
  });

  test("refuses a faulty configuration, says why, and runs the old one", async () => {
    const faulty = configuration("sha256:faulty").replace('"handler":"invoke"', '"handler":"nothing"');
    const outcome = await push("sha256:faulty", undefined, faulty);
    expect(outcome).toMatchObject({ type: "rejected", status: 500, reason: "ConfigurationRefused" });
    expect(outcome).toHaveProperty("message", expect.stringContaining("unknown module: http.handlers.nothing"));
    expect(await verify("sha256:base")).toEqual(VERIFIED);
    const verification = await verify("sha256:faulty");
    expect(verification).toMatchObject({ verified: 0, differing: 1, reason: "HashMismatch" });
    expect(verification.lastError).toMatch(/runs "sha256:base" instead of sha256:faulty$/);
  });

  test("is found out when somebody else configured it, and put right by a push", async () => {
    const admin = { listen: new URL(caddy.adminUrl).host, config: { persist: false } };
    await plainRequest(`${caddy.adminUrl}/load`, { method: "POST", body: JSON.stringify({ admin }) });
    const verification = await verify("sha256:base");
    expect(verification.lastError).toMatch(/runs no configuration of ours instead of sha256:base$/);
    expect(await push("sha256:base")).toEqual({ type: "accepted", changed: true });
    expect(await verify("sha256:base")).toEqual(VERIFIED);
  });

  test("refuses a controller that was stopped between looking and pushing while another took over", async () => {
    let isOvertaken = false;
    await using between = await FakeGateway.start(async (response, { method, path, headers, body }) => {
      if (method === "POST" && !isOvertaken) {
        isOvertaken = true;
        await push("sha256:of-the-next-leader");
      }
      const { "if-match": match = "" } = headers;
      const answer = await client.ask({
        method: method === "POST" ? "POST" : "GET",
        url: caddy.adminUrl + path,
        headers: { "if-match": match },
        ...(body !== "" && { body }),
        limitMilliseconds: 10_000,
        signal: AbortSignal.timeout(10_000),
        adapter: "caddy",
        step: "push",
      });
      if (answer.type === "unreachable") throw new Error(answer.message);
      response.writeHead(answer.status, { etag: answer.headers.etag ?? "" }).end(answer.body);
    });
    const outcome = await push("sha256:of-the-stopped-leader", between.url);
    expect(outcome).toMatchObject({ type: "rejected", status: 412, reason: "ChangedMeanwhile" });
    expect(await verify("sha256:of-the-next-leader")).toEqual(VERIFIED);
  });
});
