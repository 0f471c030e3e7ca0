import { describe, expect, test } from "vitest";
import { effectiveRoute as route } from "../support/effective-parts.ts";
import { caddyWithLimits } from "../support/gateways/caddy.ts";
import { CANARY } from "../support/gateways/gateway-behaviour.ts";
import { testLimits } from "../support/gateways/gateway-limits.ts";
import { useCaddy } from "../support/gateways/use-caddy.ts";

const modules = ["http.handlers.rate_limit"];

describe("a real Caddy with the module that limits rates", () => {
  const scene = useCaddy(CANARY, { modules, findProgram: caddyWithLimits });
  const { url, load, loaded, ask, model } = scene;

  testLimits(scene);

  async function retryAfter(): Promise<number> {
    const answer = await fetch(url(), { headers: { Connection: "close" } });
    expect(await answer.json()).toMatchObject({ error: { type: "gateway_error", code: 429 } });
    return Number(answer.headers.get("retry-after"));
  }

  test("says to whom it refuses when there is room again", async () => {
    await loaded({ models: [model("said", { rateLimits: { requestsPerMinute: 1 } })], routes: [route("/", "said")] });
    expect(await ask("/")).toMatchObject({ status: 200 });
    const seconds = await retryAfter();
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(61);
  });

  test("goes on counting for a route that comes behind another one", async () => {
    const limited = route("/", "gpt", { origin: "support", limits: [{ requests: 2, window: "1h" }] });
    await loaded({ models: [model("gpt")], routes: [limited] });
    expect(await ask("/")).toMatchObject({ status: 200 });
    await loaded({ models: [model("gpt")], routes: [route("/another", "gpt"), limited] });
    expect([(await ask("/")).status, (await ask("/")).status]).toEqual([200, 429]);
  });

  test("goes on counting when it refuses a configuration", async () => {
    const models = [model("counted", { rateLimits: { requestsPerMinute: 2 } })];
    await loaded({ models, routes: [route("/", "counted")] });
    expect(await ask("/")).toMatchObject({ status: 200 });
    const refused = { models, routes: [route("/", "counted"), route("(", "counted", { pathType: "Regex" as const })] };
    expect(await load(refused)).toMatchObject({ status: 400 });
    expect([(await ask("/")).status, (await ask("/")).status]).toEqual([200, 429]);
  });

  test("lives with the largest number that a limit may have", async () => {
    const limits = [{ requests: 1_000_000_000_000, window: "9999d", key: "Header" as const, header: "X-Team" }];
    await loaded({ models: [model("hardly-limited", { limits })], routes: [route("/", "hardly-limited")] });
    for (const team of ["a", "b"])
      expect(await ask("/", { headers: { "X-Team": team } })).toMatchObject({ status: 200 });
  });
});

describe("a real Caddy without it", () => {
  const { load, loaded, ask, model } = useCaddy(CANARY, { modules });

  test("refuses what has limits, says why, and runs on", async () => {
    const routes = [route("/", "gpt")];
    await loaded({ models: [model("gpt")], routes });
    const limited = { models: [model("gpt", { rateLimits: { requestsPerMinute: 1 } })], routes };
    const { status, text } = await load(limited);
    expect({ status, text }).toEqual({
      status: 400,
      text: expect.stringContaining("unknown module: http.handlers.rate_limit") as unknown,
    });
    expect([(await ask("/")).status, (await ask("/")).status]).toEqual([200, 200]);
  });
});
