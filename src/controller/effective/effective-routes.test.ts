import { describe, expect, test } from "vitest";
import type { AIRoute } from "#api/kinds/ai-route.ts";
import type { Route } from "#api/kinds/route.ts";
import { effective, GPT, gateway, policy, stored, trouble } from "../../../test/support/effective.ts";

const MODELS = [GPT, { ...GPT, name: "other" }];
const WEBHOOK = { type: "observability", provider: "webhook", endpoint: "https://audit.example.com" };
const [OLD, YOUNG] = ["2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z"];

describe("of two routes for the same requests the oldest keeps them", () => {
  test.each([
    ["the gateway's own", OLD, YOUNG, "spec.routes"],
    ["an AIRoute's", YOUNG, OLD, "chat"],
  ])("%s", (_, ofGateway, ofRoute, origin) => {
    const found = effective([chatAt(ofGateway), attached("chat", { path: "/chat" }, ofRoute)]);
    expect(trouble(found)).toEqual(["route /chat: Quarantined, Conflicted"]);
    expect(found.configuration.routes).toMatchObject([{ origin }]);
  });

  test("by name where they are of the same second, and the message names it", () => {
    const found = effective([
      gateway({ models: MODELS }),
      attached("b", { path: "/x" }),
      attached("a", { path: "/x" }),
    ]);
    expect(found.configuration.routes).toMatchObject([{ origin: "a" }]);
    expect(found.parts.find(({ reason }) => reason === "Conflicted")).toMatchObject({
      owner: { kind: "AIRoute", name: "b" },
      message: expect.stringContaining("must differ from AIRoute 'a', which is older") as string,
    });
  });

  test("unless nothing of it runs: what is quarantined takes no requests", () => {
    const found = effective([
      gateway({ models: MODELS }),
      attached("a", { path: "/x", targetModel: "none" }, OLD),
      attached("b", { path: "/x" }, YOUNG),
    ]);
    expect(found.configuration.routes).toMatchObject([{ origin: "b" }]);
    expect(trouble(found)).toEqual(["route /x: Quarantined, InvalidReference"]);
  });

  test("and one that moved onto another's requests goes on where it was", () => {
    const before = effective([chatAt(OLD), attached("mine", { path: "/mine" }, YOUNG)]);
    const after = effective([chatAt(OLD), attached("mine", { path: "/chat" }, YOUNG)], before);
    expect(after.hash).toBe(before.hash);
    expect(trouble(after)).toEqual(["route /chat: LastGood, Conflicted"]);
  });

  test("but both run where a policy lets them", () => {
    const relaxed = policy({ rules: { "duplicate-route": "Warn" } });
    const found = effective([chatAt(OLD), attached("chat", { path: "/chat" }, YOUNG), relaxed]);
    expect(found.configuration.routes.map(({ origin }) => origin)).toEqual(["spec.routes", "chat"]);
  });

  test("one without a path is at the root", () => {
    const found = effective([
      gateway({ models: MODELS, routes: [{ targetModel: "gpt" }] }),
      attached("a", { path: "/" }),
    ]);
    expect(trouble(found)).toEqual(["route /: Quarantined, Conflicted"]);
  });
});

describe("a route depends on what it names", () => {
  const bad = { ...GPT, name: "bad", endpoint: "http://127.0.0.1/" };
  const routes = (route: Route, policies: Parameters<typeof gateway>[0]["policies"] = []) =>
    effective([gateway({ models: [...MODELS, bad], routes: [{ path: "/r", ...route }], policies })]);

  test("a target that is quarantined loses its share, and the last one takes the route with it", () => {
    const shared = routes({ targets: [{ model: "gpt" }, { model: "bad", weight: 9 }] });
    expect(shared.configuration.routes[0]?.targets).toEqual([{ model: "gpt", weight: 1 }]);
    const weightless = routes({ targets: [{ model: "gpt", weight: 0 }, { model: "bad" }] });
    expect(trouble(weightless)).toContain("route /r: Quarantined, DependencyQuarantined");
  });

  test("fallbacks only lose the name, those of models too", () => {
    const found = routes({ targetModel: "gpt", fallbacks: ["bad", "other"] });
    expect(found.configuration.routes[0]?.fallbacks).toEqual(["other"]);
    const models = [{ ...GPT, fallbacks: ["bad"] }, bad];
    expect(effective([gateway({ models })]).configuration.models).toEqual([{ ...GPT, limits: [] }]);
  });

  test("a policy that may keep clients out is not left out; one that only watches is", () => {
    const access = { name: "p", type: "accessControl" as const, config: { consumers: "all" } };
    const watch = { name: "p", type: "observability" as const, config: { tracing: { sampling: 7 } } };
    for (const policies of [undefined, ["p"]]) {
      const route = { targetModel: "gpt", ...(policies && { policies }) };
      expect(trouble(routes(route, [access]))).toContain("route /r: Quarantined, DependencyQuarantined");
      expect(routes(route, [watch]).configuration).toMatchObject({ policies: [], routes: [{ policies: [] }] });
    }
    expect(trouble(routes({ targetModel: "gpt", policies: [] }, [access]))).not.toContain("route /r");
  });

  test("but what ran before does not stop for a new policy that is bad", () => {
    const models = MODELS;
    const own = [{ path: "/r", targetModel: "gpt" }];
    const before = effective([gateway({ models, routes: own })]);
    const access = { name: "p", type: "accessControl" as const, config: { consumers: "all" } };
    const after = effective([gateway({ models, routes: own, policies: [access] })], before);
    expect(after.hash).toBe(before.hash);
    expect(trouble(after)).toEqual([
      "route /r: LastGood, DependencyQuarantined",
      "policy p: Quarantined, PolicyConfig",
    ]);
  });

  test("a template that is missing, and a target that is none", () => {
    expect(trouble(routes({ targetModel: "gpt", promptTemplateRef: { name: "none" } }))).toContain(
      "route /r: Quarantined, InvalidReference",
    );
    expect(trouble(routes({}))).toContain("route /r: Quarantined, InvalidReference");
  });

  test("of an AIRoute, too, whose gateway need not have what it names", () => {
    expect(troubleOf({ path: "/a", targetModel: "gtp" })).toEqual(["route /a: Quarantined, InvalidReference"]);
    expect(troubleOf({ path: "/a", policies: ["none"] })).toEqual(["route /a: Quarantined, InvalidReference"]);
    expect(troubleOf({ path: "/a", fallbacks: ["none"] })).toEqual([]);
  });
});

test("the more specific route comes first, whatever the order they are written in", () => {
  const precedence: readonly Route[] = [
    { path: "/v1/chat/longer", pathType: "Exact" },
    { path: "/v1", pathType: "Exact" },
    { path: "/v1/chat", match: { hostnames: ["api.example.com"] } },
    { path: "/v1/chat", match: { hostnames: ["*.team.example.com"] } },
    { path: "/v1/chat", match: { hostnames: ["*.example.com"] } },
    { path: "/v1/chat", methods: ["POST"] },
    {
      path: "/v1/chat",
      match: {
        headers: [
          { name: "a", value: "1" },
          { name: "b", value: "2" },
        ],
      },
    },
    { path: "/v1/chat", match: { headers: [{ name: "a", value: "1" }] } },
    { path: "/v1/chat", match: { queryParams: [{ name: "a", value: "1" }] } },
    { path: "/v1/chat", match: { models: ["gpt-*"] } },
    { path: "/v1/chat" },
    { path: "/v1" },
    { path: "/v[0-9]/chat/longer", pathType: "Regex" },
  ];
  for (const written of [precedence, precedence.toReversed()]) {
    const routes = written.map((route) => ({ ...route, targetModel: "gpt" }));
    const found = effective([gateway({ models: MODELS, routes })]);
    expect(trouble(found)).toEqual([]);
    const matches = found.configuration.routes.map(({ path, pathType, methods, match }) => ({
      path,
      ...(pathType !== "Prefix" && { pathType }),
      ...(methods && { methods }),
      ...(match && { match }),
    }));
    expect(matches).toEqual(precedence);
  }
});

describe("what comes together in one gateway is judged together", () => {
  test("fallbacks that lead in a circle through ModelConfigs: one of them is taken out", () => {
    const { name: _, ...shared } = GPT;
    const found = effective([
      gateway({
        models: [
          { ...GPT, fallbacks: ["shared"] },
          { name: "shared", modelRef: { name: "it" } },
        ],
      }),
      stored("ModelConfig", "it", { ...shared, fallbacks: ["gpt"] }),
    ]);
    expect(trouble(found)).toEqual(["model gpt: Quarantined, FallbackGraph"]);
    expect(found.configuration.models).toMatchObject([{ name: "shared" }]);
    expect(found.configuration.models[0]).not.toHaveProperty("fallbacks");
  });

  test("an edit that closes a circle with what runs gives way, not what runs", () => {
    const before = effective([gateway({ models: twoModels(["b"], [], 10) })]);
    const bounds = policy({ rateLimits: { max: { requestsPerMinute: 50 } } });
    const after = effective([gateway({ models: twoModels([], ["a"], 90) }), bounds], before);
    expect(after.hash).toBe(before.hash);
    expect(trouble(after)).toEqual(["model a: LastGood, RateLimitBounds", "model b: LastGood, FallbackGraph"]);
  });

  test.each([
    ["an AIRoute", attached("a", { path: "/a", promptTemplateRef: { name: "polite" } })],
    [
      "a limit",
      stored("RateLimitPolicy", "a", {
        targetRefs: [{ kind: "AIGatewayConfig", name: "main" }],
        limits: [{ tokens: { total: 5 }, window: "1m" }],
      }),
    ],
    ["an integration", stored("IntegrationConfig", "a", WEBHOOK)],
    [
      "an integration of its gateway",
      stored("IntegrationConfig", "a", { ...WEBHOOK, targetRefs: [{ kind: "AIGatewayConfig", name: "main" }] }),
    ],
  ])("%s that the gateway cannot do, of which admission only warns", (_, object) => {
    const envoy = stored("AIGatewayClass", "main", { adapter: "envoy" });
    const polite = stored("PromptTemplate", "polite", { messages: [{ role: "system", content: "Be polite." }] });
    const found = effective([envoy, gateway({ models: MODELS }), polite, object]);
    expect(trouble(found)).toEqual([expect.stringMatching(/: Quarantined, UnsupportedByGateway$/)]);
    expect(found.parts.find(({ state }) => state !== "Good")?.message).toMatch(
      /^spec\.(?:promptTemplateRef|limits\[0\]|provider)/,
    );
  });
});

/** An AIRoute of the gateway, to model `gpt` if not said otherwise. */
function attached(name: string, route: Partial<AIRoute["spec"]>, creationTimestamp = OLD) {
  return stored(
    "AIRoute",
    name,
    { parentRefs: [{ name: "main" }], targetModel: "gpt", ...route },
    { creationTimestamp },
  );
}

function troubleOf(route: Partial<AIRoute["spec"]>): readonly string[] {
  return trouble(effective([gateway({ models: MODELS }), attached("a", route)]));
}

/** A gateway with a route of its own. */
function chatAt(creationTimestamp: string) {
  return gateway({ models: MODELS, routes: [{ path: "/chat", targetModel: "gpt" }] }, { creationTimestamp });
}

function twoModels(fallbacksOfA: readonly string[], fallbacksOfB: readonly string[], limit: number) {
  return [
    { ...GPT, name: "a", fallbacks: [...fallbacksOfA], rateLimits: { requestsPerMinute: limit } },
    { ...GPT, name: "b", fallbacks: [...fallbacksOfB] },
  ];
}
