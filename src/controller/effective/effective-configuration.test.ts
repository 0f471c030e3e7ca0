import { describe, expect, test } from "vitest";
import { API_VERSION } from "#api/kind.ts";
import type { AIGatewayConfig } from "#api/kinds/ai-gateway-config.ts";
import type { KubernetesObject } from "#api/object-meta.ts";
import { classWith, configWith } from "../../../test/support/facts.ts";
import { gatewayInputs } from "../../../test/support/gateway-inputs.ts";
import type { Effective } from "./effective.ts";
import { effectiveConfiguration } from "./effective-configuration.ts";
import type { GatewayInputs } from "./gateway-inputs.ts";

const OPENAI = { name: "gpt", type: "llm", provider: "openai", endpoint: "https://api.openai.com/v1" };
const CLAUDE = { name: "claude", type: "llm", provider: "anthropic", endpoint: "https://api.anthropic.com" };

describe("what a gateway is to run", () => {
  test("is what is written, with references followed and in an order of its own", () => {
    const { configuration, parts } = effective([
      gateway({
        models: [
          { name: "shared", modelRef: { name: "big" } },
          { ...OPENAI, fallbacks: ["shared"] },
        ],
        routes: [
          { path: "/v1", targetModel: "gpt" },
          { path: "/v1/chat", targets: [{ model: "gpt", weight: 90 }, { model: "shared" }], policies: ["breaker"] },
        ],
        policies: [
          { name: "watch", type: "observability" },
          { name: "breaker", type: "circuitBreaker" },
        ],
      }),
      stored("ModelConfig", "big", { ...unnamed(CLAUDE), visibility: "Internal" }),
      stored("AIRoute", "support", {
        parentRefs: [{ name: "main" }],
        path: "/support",
        pathType: "Exact",
        targetModel: "shared",
        promptTemplateRef: { name: "polite" },
      }),
      stored("PromptTemplate", "polite", { messages: [{ role: "system", content: "Be polite." }] }),
      stored("RateLimitPolicy", "fair", {
        targetRefs: [
          { kind: "AIGatewayConfig", name: "main" },
          { kind: "ModelConfig", name: "big" },
          { kind: "AIRoute", name: "support" },
        ],
        limits: [{ requests: 10, window: "1s" }],
      }),
      stored("IntegrationConfig", "metrics", { type: "observability", provider: "prometheus" }),
      stored("IntegrationConfig", "elsewhere", {
        type: "observability",
        provider: "prometheus",
        targetRefs: [{ kind: "AIGatewayConfig", name: "other" }],
      }),
    ]);
    const limits = [{ requests: 10, window: "1s" }];
    expect(configuration).toEqual({
      namespace: "team-a",
      name: "main",
      models: [
        { ...OPENAI, fallbacks: ["shared"], limits: [] },
        { ...CLAUDE, name: "shared", model: "big", visibility: "Internal", limits },
      ],
      routes: [
        {
          origin: "support",
          path: "/support",
          pathType: "Exact",
          targets: [{ model: "shared", weight: 1 }],
          policies: ["breaker", "watch"],
          template: { messages: [{ role: "system", content: "Be polite." }] },
          limits,
        },
        {
          origin: "spec.routes",
          path: "/v1/chat",
          pathType: "Prefix",
          targets: [
            { model: "gpt", weight: 90 },
            { model: "shared", weight: 1 },
          ],
          policies: ["breaker"],
          limits: [],
        },
        {
          origin: "spec.routes",
          path: "/v1",
          pathType: "Prefix",
          targets: [{ model: "gpt", weight: 1 }],
          policies: ["breaker", "watch"],
          limits: [],
        },
      ],
      policies: [
        { name: "breaker", type: "circuitBreaker" },
        { name: "watch", type: "observability" },
      ],
      limits,
      integrations: [{ name: "metrics", type: "observability", provider: "prometheus" }],
    });
    expect(parts.filter(({ state }) => state !== "Good")).toEqual([]);
  });

  test("has the defaults that admission would have added, whose want is no fault then", () => {
    const defaults = { labels: { team: "a" }, timeouts: { request: "30s" }, rateLimits: { requestsPerMinute: 50 } };
    const found = effective([
      gateway({ models: [withoutProvider(OPENAI), { name: "shared", modelRef: { name: "big" } }] }),
      stored("ModelConfig", "big", { ...unnamed(CLAUDE), timeouts: { request: "5s" } }),
      stored("AIGatewayPolicy", "strict", {
        mode: "Enforce",
        defaults,
        requiredLabels: [{ key: "team" }],
        rateLimits: { required: true },
      }),
      stored("ApprovedModel", "openai", { provider: "openai", models: ["gpt"], lifecycle: { state: "Approved" } }),
    ]);
    expect(quarantined(found.parts)).toEqual([]);
    const rateLimits = { requestsPerMinute: 50, key: "Global" };
    expect(found.configuration.models).toMatchObject([
      { provider: "openai", timeouts: { request: "30s" }, rateLimits },
      { timeouts: { request: "5s" }, rateLimits },
    ]);
  });

  test("says of an integration what of the gateway it is about", () => {
    const spec = { type: "billing", provider: "prometheus" };
    const about = (...targetRefs: readonly object[]) => stored("IntegrationConfig", "bill", { ...spec, targetRefs });
    const objects = [
      gateway({ models: [{ name: "shared", modelRef: { name: "big" } }] }),
      stored("ModelConfig", "big", unnamed(CLAUDE)),
      stored("AIRoute", "chat", { parentRefs: [{ name: "main" }], path: "/", targetModel: "shared" }),
    ];
    const [model, route] = [
      { kind: "ModelConfig", name: "big" },
      { kind: "AIRoute", name: "chat" },
    ];
    const found = (integration: KubernetesObject) => effective([...objects, integration]).configuration.integrations;
    expect(found(about(route, model))).toEqual([
      { ...spec, name: "bill", about: { models: ["shared"], routes: ["chat"] } },
    ]);
    expect(found(about(model, { kind: "AIGatewayConfig", name: "main" }))).toEqual([{ ...spec, name: "bill" }]);
    expect(found(about({ kind: "AIRoute", name: "another" }))).toEqual([]);
    expect(found(about())).toEqual([{ ...spec, name: "bill" }]);
  });

  test("is held to what the gateway can do, whatever the controller is called that delivers it", () => {
    const controllerName = "example.com/another-gatehouse";
    const gatewayClass = classWith({ adapter: "envoy", controllerName });
    const config = gateway({ models: [{ ...OPENAI, rateLimits: { tokensPerMinute: 5 } }] });
    const inputs = { ...gatewayInputs([gatewayClass, config]), gatewayClass };
    expect(quarantined(effectiveConfiguration(inputs).parts)).toEqual([["model", "gpt", "UnsupportedByGateway"]]);
  });

  test("is all the same without a class: then nobody can tell what the gateway cannot do", () => {
    const inputs = gatewayInputs([configWith({ models: [OPENAI], routes: [{ path: "/", targetModel: "gpt" }] })]);
    const { configuration, parts } = effectiveConfiguration(inputs);
    expect(inputs.gatewayClass).toBeUndefined();
    expect(configuration.models).toHaveLength(1);
    expect(parts.every(({ state }) => state === "Good")).toBe(true);
  });
});

test("one of 200 models is invalid: 199 run, and the one is named", () => {
  const models = Array.from({ length: 200 }, (_, index) => ({ ...OPENAI, name: `model-${index}` }));
  const faulty = models.with(77, { ...OPENAI, name: "model-77", endpoint: "http://169.254.169.254/latest" });
  const routes = models.map(({ name }) => ({ path: `/${name}`, targetModel: name }));
  const { configuration, parts } = effective([gateway({ models: faulty, routes })]);
  expect(configuration.models).toHaveLength(199);
  expect(configuration.routes).toHaveLength(199);
  expect(quarantined(parts)).toEqual([
    ["model", "model-77", "ForbiddenEndpoint"],
    ["route", "/model-77", "DependencyQuarantined"],
  ]);
});

/** With a class `main` of adapter json beside. */
function effective(objects: readonly KubernetesObject[], beside: Partial<GatewayInputs> = {}): Effective {
  return effectiveConfiguration(gatewayInputs([classWith({ adapter: "json" }), ...objects], beside));
}

function gateway(spec: Partial<AIGatewayConfig["spec"]>): AIGatewayConfig {
  return configWith({ gatewayClassName: "main", ...spec });
}

function stored(kind: string, name: string, spec: object, metadata: object = {}): KubernetesObject {
  const whole = { apiVersion: API_VERSION, kind, metadata: { name, namespace: "team-a", ...metadata }, spec };
  return whole;
}

function unnamed({ name: _, ...model }: typeof OPENAI): object {
  return model;
}

function quarantined(parts: Effective["parts"]): unknown {
  return parts.flatMap(({ kind, name, state, reason }) => (state === "Quarantined" ? [[kind, name, reason]] : []));
}

function withoutProvider({ provider: _, ...model }: typeof OPENAI) {
  return model;
}
