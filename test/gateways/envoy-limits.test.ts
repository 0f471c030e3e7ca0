import { describe, expect, test } from "vitest";
import { effectiveRoute as route } from "../support/effective-parts.ts";
import { testLimits } from "../support/gateways/gateway-limits.ts";
import { keptConnections, startSteadyClients } from "../support/gateways/steady-clients.ts";
import { useEnvoy } from "../support/gateways/use-envoy.ts";

describe("a real Envoy", () => {
  const scene = useEnvoy("canary-that-must-stay");
  const { url, upstream, loaded, ask, asked, model, named } = scene;

  function edited(edit: number): Parameters<typeof loaded>[0] {
    return {
      models: [model("gpt", { auth: { header: "X-Edit", value: String(edit) } }), model("other")],
      routes: [route(`/${edit}`, "other"), route("/", "gpt")],
    };
  }

  async function statusesOf(requests: number): Promise<readonly number[]> {
    const statuses = [];
    for (let request = 0; request < requests; request += 1) statuses.push((await ask("/a")).status);
    return statuses;
  }

  testLimits(scene);

  test("lets as many requests in at once as the burst says", async () => {
    const rateLimits = { requestsPerMinute: 60, burst: 2 };
    await loaded({ models: [model("gpt", { rateLimits })], routes: [route("/", "gpt")] });
    expect(await statusesOf(4)).toEqual([200, 200, 429, 429]);
  });

  test("only counts in shadow", async () => {
    const limits = [{ requests: 1, window: "1h", shadowMode: true }];
    await loaded({ models: [model("gpt", { limits })], routes: [route("/", "gpt")] });
    expect(await statusesOf(3)).toEqual([200, 200, 200]);
  });

  test("finds the route by the model that the body names, and asks the provider for its own id", async () => {
    const headers = { "Content-Type": "application/json" };
    await loaded({
      models: [model("fast", { model: "gpt-4o %REQ(a)% mini" }), named("slow"), named("else")],
      routes: [
        route("/", "fast", { match: { models: ["fast*"] } }),
        route("/", "slow", { match: { models: ["slow"] } }),
        route("/", "else"),
      ],
    });
    const { body: sent } = await asked("/v1/x", { headers, body: longBody("fast-1") });
    expect(JSON.parse(sent)).toEqual({ ...(JSON.parse(longBody("")) as object), model: "gpt-4o %REQ(a)% mini" });
    expect((await asked("/", { headers, body: longBody("slow") })).headers["x-model"]).toBe("slow");
    const spoofed = await asked("/", {
      body: longBody("slower"),
      headers: { ...headers, "x-gatehouse-model": "slow" },
    });
    expect(spoofed.headers["x-model"]).toBe("else");
    const bodiless = { method: "GET", body: null, headers: { "x-gatehouse-model": "slow" } };
    expect((await asked("/", bodiless)).headers).toMatchObject({ "x-model": "else" });
  });

  test("lets in only the models that an access policy allows", async () => {
    await loaded({
      models: [model("gpt")],
      routes: [route("/", "gpt", { policies: ["some"] })],
      policies: [{ name: "some", type: "accessControl", config: { mode: "allowList", allowedModels: ["gpt-*"] } }],
    });
    const statuses = await Promise.all(
      [
        ["gpt-4o", "application/json"],
        ["other", "application/json"],
        ["gpt-4o", "text/plain"],
      ].map(
        async ([name, type = ""]) =>
          (await ask("/", { body: JSON.stringify({ model: name }), headers: { "Content-Type": type } })).status,
      ),
    );
    expect(statuses).toEqual([200, 403, 403]);
  });

  test("tells a model's host nothing of who asked, and clients nothing of what was tried", async () => {
    await loaded({ models: [model("gpt", { fallbacks: ["other"] }), model("other")], routes: [route("/", "gpt")] });
    upstream().answer = (_, response) => response.destroy();
    const response = await fetch(`${url()}/`, {
      method: "POST",
      body: "{}",
      headers: { "X-Forwarded-For": "192.0.2.1" },
    });
    await response.text();
    expect([...response.headers.keys()].filter((name) => /envoy|gatehouse/.test(name))).toEqual([]);
    const [request] = upstream().taken();
    expect(Object.keys(request?.headers ?? {}).filter((name) => /envoy|gatehouse|forwarded/.test(name))).toEqual([]);
  });

  test("reaches clients that stay connected with what is edited, and fails none of them in fifty edits", async () => {
    using clients = keptConnections(1);
    await loaded(edited(0));
    await using steady = startSteadyClients(`${url()}/v1/chat`, 4);
    for (let edit = 1; edit <= 50; edit += 1) {
      await loaded(edited(edit));
      upstream().taken();
      expect(await clients.post(`${url()}/v1/chat`)).toBe(200);
      const edits = upstream()
        .taken()
        .map(({ headers }) => headers["x-edit"]);
      expect(edits.at(-1)).toBe(String(edit));
    }
    expect((await steady.stopped()).failed).toEqual([]);
  });
});

function longBody(model: string): string {
  return JSON.stringify({ model, messages: [{ content: "\u00e9".repeat(50_000) }] });
}
