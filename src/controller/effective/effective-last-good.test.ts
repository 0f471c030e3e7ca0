import { describe, expect, test } from "vitest";
import { approval, effective, GPT, gateway, policy, stored, trouble } from "../../../test/support/effective.ts";
import { classWith, NOW } from "../../../test/support/facts.ts";
import { NO_SECRETS_GRANTED, secretsWith } from "../../../test/support/gateway-inputs.ts";
import { lastGoodText, parseLastGood } from "./last-good.ts";

const ROUTE = { path: "/chat", targetModel: "gpt" };
const APPROVED_ONLY = policy({ rules: { "unapproved-model": "Deny" } });

describe("what runs goes on", () => {
  test("when a policy is tightened, also after a restart, and its state says why", () => {
    const config = gateway({ models: [{ ...GPT, rateLimits: { requestsPerMinute: 900 } }], routes: [ROUTE] });
    const before = effective([config]);
    const tight = policy({ rateLimits: { max: { requestsPerMinute: 60 } } });
    const after = effective([config, tight], { lastGood: parseLastGood(lastGoodText(before.lastGood)) });
    expect(after.hash).toBe(before.hash);
    expect(trouble(after)).toEqual(["model gpt: LastGood, RateLimitBounds"]);
    expect(trouble(effective([config, tight]))).toEqual([
      "model gpt: Quarantined, RateLimitBounds",
      "route /chat: Quarantined, DependencyQuarantined",
    ]);
  });

  test("when the whole object is denied, in all its parts", () => {
    const config = gateway({ models: [GPT], routes: [ROUTE], policies: [{ name: "a", type: "observability" }] });
    const before = effective([config]);
    const after = effective([config, policy({ requiredLabels: [{ key: "team" }] })], before);
    expect(after.hash).toBe(before.hash);
    expect(trouble(after)).toEqual([
      "object main: Quarantined, RequiredLabel",
      "model gpt: LastGood, RequiredLabel",
      "route /chat: LastGood, RequiredLabel",
      "policy a: LastGood, RequiredLabel",
    ]);
  });

  test("in its old form when an edit is bad, and what is edited beside it is taken over", () => {
    const other = { ...GPT, name: "other" };
    const before = effective([gateway({ models: [GPT, other], routes: [ROUTE] })]);
    const models = [
      { ...GPT, endpoint: "http://127.0.0.1/v1" },
      { ...other, parameters: { maxTokens: 5 } },
    ];
    const after = effective([gateway({ models, routes: [ROUTE] })], before);
    expect(trouble(after)).toEqual(["model gpt: LastGood, ForbiddenEndpoint"]);
    expect(after.configuration.models).toMatchObject([{ endpoint: GPT.endpoint }, { parameters: { maxTokens: 5 } }]);
  });

  test.each<[string, object, object]>([
    ["a route", { routes: [ROUTE] }, { routes: [{ ...ROUTE, targetModel: "gtp" }] }],
    ["a policy", { policies: [breaker(5)] }, { policies: [breaker(-1)] }],
  ])("in its old form when it is %s, too", (_, good, bad) => {
    const before = effective([gateway({ models: [GPT], ...good })]);
    const after = effective([gateway({ models: [GPT], ...bad })], before);
    expect(after.configuration).toEqual(before.configuration);
    expect(trouble(after)).toHaveLength(1);
    expect(after.lastGood).toEqual(before.lastGood);
  });

  test.each<[string, string, object, object]>([
    ["limit", "RateLimitPolicy", limits({ requests: 5, window: "1m" }), limits({ tokens: {}, window: "1m" })],
    ["integration", "IntegrationConfig", webhook("https://a.example.com"), webhook("http://10.0.0.1/")],
    ["ModelConfig", "ModelConfig", { endpoint: GPT.endpoint }, { endpoint: "https://[::1]/" }],
    ["AIRoute", "AIRoute", attached("gpt"), attached("none")],
    ["template", "PromptTemplate", template("Be polite."), template("{{unknown}}")],
  ])("in its old form when it is a %s", (_, kind, good, bad) => {
    const config = gateway({
      models: [GPT, ...(kind === "ModelConfig" ? [{ name: "shared", modelRef: { name: "it" } }] : [])],
      routes: [{ ...ROUTE, ...(kind === "PromptTemplate" && { promptTemplateRef: { name: "it" } }) }],
    });
    const before = effective([config, stored(kind, "it", good)]);
    expect(trouble(before)).toEqual([]);
    const after = effective([config, stored(kind, "it", bad)], before);
    expect(after.configuration).toEqual(before.configuration);
    expect(trouble(after)).toHaveLength(1);
    expect(effective([config, stored(kind, "it", bad)]).configuration).not.toEqual(before.configuration);
  });

  test("when the ModelConfig or the template goes away that it refers to", () => {
    const config = gateway({
      models: [{ name: "gpt", modelRef: { name: "it" } }],
      routes: [{ ...ROUTE, promptTemplateRef: { name: "polite" } }],
    });
    const { name: _, ...shared } = GPT;
    const objects = [stored("ModelConfig", "it", shared), stored("PromptTemplate", "polite", template("Be polite."))];
    const before = effective([config, ...objects]);
    const after = effective([config], before);
    expect(after.hash).toBe(before.hash);
    expect(trouble(after)).toEqual([
      "model gpt: LastGood, InvalidReference",
      "template polite: LastGood, InvalidReference",
    ]);
  });
});

test("a last good form needs no more of a template than what was good of it", () => {
  const route = { ...ROUTE, promptTemplateRef: { name: "polite" } };
  const polite = stored("PromptTemplate", "polite", template("Be polite."));
  const before = effective([gateway({ models: [GPT], routes: [route] }), polite]);
  const bad = { ...ROUTE, promptTemplateRef: { name: "none" } };
  const after = effective([gateway({ models: [GPT], routes: [bad] })], before);
  expect(after.hash).toBe(before.hash);
  expect(trouble(after)).toEqual([
    "route /chat: LastGood, InvalidReference",
    "template none: Quarantined, InvalidReference",
  ]);
  expect(after.lastGood).toEqual(before.lastGood);
});

function allowing(...allowedEnvironment: readonly string[]) {
  return classWith({ adapter: "json", allowedEnvironment: [...allowedEnvironment] }, "other");
}

/** A gateway of that class, whose model names a variable. */
function naming(endpoint: string) {
  const model = { ...GPT, endpoint, auth: { value: "${KEY}" } };
  return gateway({ gatewayClassName: "other", models: [model], routes: [ROUTE] });
}

describe("a last good form that names a variable", () => {
  const [good, bad] = [naming(GPT.endpoint ?? ""), naming("https://[::1]/")];
  const before = effective([good, allowing("KEY")]);

  test("runs as long as the class allows that", () => {
    expect(effective([bad, allowing("KEY", "MORE")], before).configuration).toEqual(before.configuration);
  });

  test("runs no more when it is taken back, also where a policy is what is wrong with the part", () => {
    const tight = policy({ rateLimits: { required: true } });
    for (const objects of [[bad], [good, tight], [good]]) {
      const after = effective([...objects, allowing("MORE")], before);
      expect(after.configuration).toMatchObject({ models: [], routes: [] });
      expect(after.lastGood.forms.model.size).toBe(0);
    }
  });

  test("runs no other one's, whatever is written where forms are kept", () => {
    const forged = parseLastGood(lastGoodText(before.lastGood).replace("${KEY}", "${MASTER_KEY}"));
    expect(effective([bad, allowing("KEY")], { lastGood: forged }).configuration.models).toEqual([]);
  });

  test("runs where a policy lets it be", () => {
    const lenient = policy({ rules: { "environment-reference": "Warn" } });
    expect(effective([bad, allowing(), lenient], before).configuration).toEqual(before.configuration);
  });
});

describe("what its user takes away goes", () => {
  test("from the gateway and from memory", () => {
    const before = effective([gateway({ models: [GPT, { ...GPT, name: "other" }], routes: [ROUTE] })]);
    const after = effective([gateway({ models: [GPT], routes: [] })], before);
    expect(after.configuration).toMatchObject({ models: [{ name: "gpt" }], routes: [] });
    expect(Array.from(after.lastGood.forms.model.keys())).toEqual(["gpt"]);
    expect(after.lastGood.forms.route.size).toBe(0);
  });

  test("also while its object is only being deleted", () => {
    const deletionTimestamp = "2026-12-31T00:00:00Z";
    const config = gateway({ models: [GPT] });
    const before = effective([config, stored("AIRoute", "chat", attached("gpt"))]);
    const after = effective([config, stored("AIRoute", "chat", attached("gpt"), { deletionTimestamp })], before);
    expect(before.configuration.routes).toHaveLength(1);
    expect(after.configuration.routes).toHaveLength(0);
  });
});

describe("a model whose approval", () => {
  const config = gateway({ models: [GPT], routes: [ROUTE] });
  const before = effective([config, APPROVED_ONLY, approval({})]);
  const [past, future] = ["2026-06-01T00:00:00Z", "2027-06-01T00:00:00Z"];

  test("has expired goes on until it retires, but a new one does not begin", () => {
    const expired = [config, APPROVED_ONLY, approval({ expiresAt: past, retiresAt: future })];
    const after = effective(expired, before);
    expect(after.hash).toBe(before.hash);
    expect(trouble(after)).toEqual(["model gpt: LastGood, ApprovalExpired"]);
    expect(after.parts[0]).toMatchObject({ approved: false, rules: ["unapproved-model"] });
    expect(after.nextChange).toBe(Date.parse(future));
    expect(trouble(effective(expired))[0]).toBe("model gpt: Quarantined, ApprovalExpired");
  });

  test.each([
    ["has retired by its date", { retiresAt: past }],
    ["is set to Retired", { state: "Retired" as const }],
  ])("%s is removed at once, with the routes to it, and forgotten", (_, lifecycle) => {
    const after = effective([config, APPROVED_ONLY, approval(lifecycle)], before);
    expect(after.configuration).toMatchObject({ models: [], routes: [] });
    expect(trouble(after)).toEqual([
      "model gpt: Quarantined, ModelRetired",
      "route /chat: Quarantined, DependencyQuarantined",
    ]);
    expect(after.lastGood.forms.model.size).toBe(0);
  });

  test("has been taken back to Proposed, or is gone, goes on: nobody retired it", () => {
    for (const objects of [[approval({ state: "Proposed" })], []]) {
      const after = effective([config, APPROVED_ONLY, ...objects], before);
      expect(after.hash).toBe(before.hash);
      expect(trouble(after)).toEqual(["model gpt: LastGood, NotApproved"]);
    }
  });

  test("is retired goes on as long as another approval has not been", () => {
    const after = effective(
      [config, APPROVED_ONLY, approval({ state: "Retired" }), approval({ expiresAt: past }, "other")],
      before,
    );
    expect(after.hash).toBe(before.hash);
  });

  test("is wanting runs where that only warns", () => {
    expect(trouble(effective([config, approval({ state: "Retired" })]))).toEqual([]);
    expect(effective([config]).parts[0]).toMatchObject({ state: "Good", approved: false });
    expect(before.parts[0]).toMatchObject({ state: "Good", approved: true, provider: "openai" });
  });
});

describe("a credential that is gone is not used any more", () => {
  const auth = { type: "apikey" as const, value: "secret://openai/key" };
  const config = gateway({ models: [{ ...GPT, auth }], routes: [ROUTE] });
  const before = effective([config], { secrets: secretsWith({ openai: { key: "sk" } }) });

  test("so the model stops, and comes back with the Secret in the form in which it was good", () => {
    const gone = effective([config], before);
    expect(trouble(gone)).toEqual([
      "model gpt: Quarantined, SecretNotFound",
      "route /chat: Quarantined, DependencyQuarantined",
    ]);
    const tight = policy({ rateLimits: { required: true } });
    const back = effective([config, tight], { ...gone, secrets: secretsWith({ openai: { key: "sk" } }) });
    expect(back.hash).toBe(before.hash);
  });

  test("but one whose new Secret is not there yet goes on with the old one", () => {
    const edited = gateway({ models: [{ ...GPT, auth: { ...auth, value: "secret://new/key" } }], routes: [ROUTE] });
    const after = effective([edited], { ...before, secrets: secretsWith({ openai: { key: "sk" } }) });
    expect(after.hash).toBe(before.hash);
    expect(trouble(after)).toEqual(["model gpt: LastGood, SecretNotFound"]);
  });

  test("and what was good is not forgotten while Secrets may not be read", () => {
    const after = effective([config], { ...before, secrets: NO_SECRETS_GRANTED });
    expect(trouble(after)[0]).toBe("model gpt: Quarantined, SecretAccessNotGranted");
    expect(after.lastGood).toEqual(before.lastGood);
  });
});

describe("a last good form that another gateway could not run", () => {
  const config = gateway({ models: [{ ...GPT, rateLimits: { tokensPerMinute: 5 } }] });
  const before = effective([config]);

  test("gives way when the class has another adapter", () => {
    const after = effective([classWith({ adapter: "envoy" }), config], before);
    expect(trouble(after)).toEqual(["model gpt: Quarantined, UnsupportedByGateway"]);
  });

  test("gives way with the adapter where it is an integration, too", () => {
    const objects = [gateway({ models: [GPT] }), stored("IntegrationConfig", "it", webhook("https://a.example.com"))];
    const after = effective([classWith({ adapter: "caddy" }), ...objects], effective(objects));
    expect(trouble(after)).toEqual(["integration it: Quarantined, UnsupportedByGateway"]);
    expect(after.configuration.integrations).toEqual([]);
  });

  test("stays while it only is an exception that has ended", () => {
    const expiresAt = "2026-06-01T00:00:00Z";
    const rule = "unsupported-by-gateway";
    const exceptions = [{ names: ["main"], rules: [rule], reason: "x", expiresAt }];
    const objects = [classWith({ adapter: "envoy" }), config, policy({ exceptions })];
    const excepted = effective(objects, { now: Date.parse(expiresAt) - 1 });
    expect(trouble(excepted)).toEqual([]);
    expect(excepted.nextChange).toBe(Date.parse(expiresAt));
    const ended = effective(objects, { ...excepted, now: NOW });
    expect(ended.hash).toBe(excepted.hash);
    expect(trouble(ended)).toEqual(["model gpt: LastGood, UnsupportedByGateway"]);
  });
});

function breaker(failureThreshold: number) {
  return { name: "breaker", type: "circuitBreaker" as const, config: { failureThreshold } };
}

function limits(limit: object): object {
  return { targetRefs: [{ kind: "AIGatewayConfig", name: "main" }], limits: [limit] };
}

function webhook(endpoint: string): object {
  return { type: "billing", provider: "webhook", endpoint };
}

function attached(targetModel: string): object {
  return { parentRefs: [{ name: "main" }], path: "/attached", targetModel };
}

function template(content: string): object {
  return { messages: [{ role: "system", content }] };
}
