import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { valueAt } from "#api/field-path.ts";
import { describeOnControlPlane } from "../support/control-plane/connect.ts";
import { poll } from "../support/control-plane/poll.ts";
import { type InstalledFloor, installFloor } from "../support/gatehouse/floor.ts";
import { approval, everyRule, floorScene, oauth2, policy } from "../support/gatehouse/floor-scene.ts";
import { installCustomResourceDefinitions } from "../support/gatehouse/install.ts";

const KINDS = ["aigatewayconfigs", "modelconfigs", "integrationconfigs", "ratelimitpolicies"];

const filled = (text: string, length: number, by = "x") => text.padEnd(length, by);
const longURL = (start: string) => filled(start, 2048);
const manyModels = (id: (index: number) => string, more: object = {}) =>
  Array.from({ length: 256 }, (_, index) => ({ name: id(index), ...more }));
const endingIn = (index: number) =>
  Array.from(filled(String(index), 253, "y"))
    .toReversed()
    .join("");

describeOnControlPlane("the admission floor", (plane) => {
  const { here, said, saidTo } = floorScene(plane);
  const stack = new AsyncDisposableStack();
  let floor: InstalledFloor;

  beforeAll(async () => {
    await installCustomResourceDefinitions(plane);
    floor = stack.use(await installFloor(plane));
  });

  afterAll(() => stack.disposeAsync());

  test.each(KINDS)("the API server finds no fault in its expressions about %s", async (plural) => {
    const path = `/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies/gatehouse-floor-${plural}`;
    const status = async () => valueAt((await plane.request("GET", path)).body, ["status"]);
    await poll("types are checked", async () => valueAt(await status(), ["observedGeneration"]) === 1);
    expect(valueAt(await status(), ["typeChecking", "expressionWarnings"]) ?? []).toEqual([]);
  });

  test("without a policy there is no floor", async () => {
    await floor.write([here()]);
    expect(await saidTo({ name: "anything", endpoint: "http://127.0.0.1" })).toBe("");
  });

  describe("under a policy that names Deny and allows one family and one model", () => {
    beforeAll(() =>
      floor.write([
        here(),
        approval("openai", ["gpt-4*", "o3", "🦙*"]),
        approval("elsewhere", ["claude*"], { namespaces: { names: ["nowhere"] } }),
        approval("proposed", ["o4"], { lifecycle: { state: "Proposed" } }),
        policy("strict", {
          rules: everyRule("Deny"),
          rateLimits: { min: { requestsPerMinute: 10 }, max: { requestsPerMinute: 100, burst: 5 }, required: true },
          endpoints: { allowHTTP: false, allowPrivate: false },
        }),
      ]),
    );

    const allowed: readonly [string, object][] = [
      ["of an approved family", { name: "gpt-4o" }],
      ["that is the prefix itself", { name: "gpt-4" }],
      ["that is approved exactly", { name: "chat", model: "o3" }],
      ["whose prefix has two halves to a character", { name: "🦙-3" }],
      ["which another object describes", { name: "any", modelRef: { name: "shared" } }],
      ["with limits at the bounds", { name: "o3", rateLimits: { requestsPerMinute: 10, burst: 5 } }],
      ["with a limit that nobody bounds", { name: "o3", rateLimits: { tokensPerMinute: 1 } }],
      ["without limits, which mutation may add", { name: "o3" }],
      ["by https", { name: "o3", endpoint: "https://api.openai.com/v1" }],
      ["at a public address", { name: "o3", endpoint: "https://8.8.8.8/v1" }],
      ["at a Service by http", { name: "o3", endpoint: "http://vllm.ml.svc:8000" }],
      ["at a Service's whole name by http", { name: "o3", endpoint: "http://vllm.ml.svc.cluster.local" }],
      ["at a Service of this namespace by http", { name: "o3", endpoint: "http://vllm" }],
      ["that checks the certificate", { name: "o3", tls: { insecureSkipVerify: false } }],
    ];
    test.each(allowed)("passes a model %s", async (_, model) => {
      expect(await saidTo(model)).toBe("");
    });

    const BY = "spec.models[0].";
    const denied: readonly [string, object, string][] = [
      [
        "of no approved family",
        { name: "gpt-5" },
        "name: must be named by an ApprovedModel; 'gpt-5' is not (unapproved-model",
      ],
      [
        "that is shorter than the prefix",
        { name: "o3", model: "gpt" },
        "model: must be named by an ApprovedModel; 'gpt' is not (unapproved-model",
      ],
      [
        "of other case",
        { name: "GPT-4o" },
        "name: must be named by an ApprovedModel; 'GPT-4o' is not (unapproved-model",
      ],
      [
        "that is approved for other namespaces",
        { name: "claude-4" },
        "name: must be named by an ApprovedModel; 'claude-4' is not (unapproved-model",
      ],
      [
        "that is only proposed",
        { name: "o4" },
        "name: must be named by an ApprovedModel; 'o4' is not (unapproved-model",
      ],
      [
        "with a limit below the bounds",
        { name: "o3", rateLimits: { requestsPerMinute: 9 } },
        "rateLimits.requestsPerMinute: must be greater than or equal to 10 (rate-limit-bounds",
      ],
      [
        "with a limit above the bounds",
        { name: "o3", rateLimits: { burst: 6 } },
        "rateLimits.burst: must be less than or equal to 5 (rate-limit-bounds",
      ],
      [
        "by http",
        { name: "o3", endpoint: "http://api.openai.com/v1" },
        "endpoint: must use https outside the cluster (plaintext-endpoint",
      ],
      [
        "by http in capitals",
        { name: "o3", endpoint: "HTTP://API.OpenAI.com/v1" },
        "endpoint: must use https outside the cluster (plaintext-endpoint",
      ],
      [
        "by http at a public address",
        { name: "o3", endpoint: "http://8.8.8.8/v1" },
        "endpoint: must use https outside the cluster (plaintext-endpoint",
      ],
      [
        "whose certificate nobody checks",
        { name: "o3", tls: { insecureSkipVerify: true } },
        "tls.insecureSkipVerify: must be false (plaintext-endpoint",
      ],
      ...[
        "127.0.0.1",
        "169.254.169.254",
        "[::1]",
        "[fe80::1]",
        "localhost",
        "LOCALHOST",
        "a.localhost",
        "metadata.google.internal",
        "kubernetes.default.svc",
        "10.0.0.1",
        "[fd12::1]",
      ].map((host): [string, object, string] => [
        `at ${host}`,
        { name: "o3", endpoint: `https://${host}:8443/v1` },
        "endpoint: must name a public host (forbidden-endpoint",
      ]),
      [
        "at another scheme",
        { name: "o3", endpoint: "ftp://example.com" },
        "endpoint: must be an absolute http or https URL (forbidden-endpoint",
      ],
      [
        "that fetches tokens at the metadata service",
        { name: "o3", auth: oauth2("https://169.254.169.254/token") },
        "auth.oauth2.tokenUrl: must name a public host (forbidden-endpoint",
      ],
    ];
    test.each(denied)("denies a model %s", async (_, model, message) => {
      expect(await saidTo(model)).toBe(`${BY}${message}, policy strict)`);
    });

    test("names the place of the first fault, and counts the others", async () => {
      expect(await saidTo({ name: "o3" }, { name: "x" }, { name: "y" }, { name: "z" })).toMatch(
        /^spec\.models\[[123]\]\.name: .*\(and 2 more\) \(unapproved-model, policy strict\)$/,
      );
    });

    test("says less where a name would break the line", async () => {
      expect(await saidTo({ name: "a\nb" })).toBe("each model must be named by an ApprovedModel (unapproved-model)");
    });

    test("judges a ModelConfig as a model, with its name for an id", async () => {
      expect(await said("ModelConfig", {}, "o3")).toBe("");
      expect(await said("ModelConfig", { model: "gpt-4o" }, "any")).toBe("");
      expect(await said("ModelConfig", {}, "any")).toBe(
        "spec.model: must be named by an ApprovedModel; 'any' is not (unapproved-model, policy strict)",
      );
      expect(await said("ModelConfig", { rateLimits: { burst: 6 } }, "o3")).toBe(
        "spec.rateLimits.burst: must be less than or equal to 5 (rate-limit-bounds, policy strict)",
      );
      expect(await said("ModelConfig", { endpoint: "https://127.0.0.1" }, "o3")).toMatch(
        /^spec\.endpoint: .*forbidden/,
      );
      expect(await said("ModelConfig", { tls: { insecureSkipVerify: true } }, "o3")).toMatch(/^spec\.tls\./);
    });

    test("judges the endpoint of an IntegrationConfig", async () => {
      const to = (endpoint: string) => said("IntegrationConfig", { type: "billing", provider: "webhook", endpoint });
      expect(await to("https://bills.example.com")).toBe("");
      expect(await to("http://bills.example.com")).toMatch(/^spec\.endpoint: must use https .*, policy strict\)$/);
      expect(await to("https://127.0.0.1")).toMatch(/^spec\.endpoint: must name a public host .*, policy strict\)$/);
      expect(await said("IntegrationConfig", { type: "observability", provider: "prometheus" })).toBe("");
    });
  });

  describe("at the limits: 256 models, 500 prefixes of 253 lengths, ids and URLs as long as may be", () => {
    const prefixes = Array.from({ length: 500 }, (_, index) =>
      index < 252 ? `${filled("", index + 1, "y")}*` : `q${index}*`,
    );

    beforeAll(() =>
      floor.write([
        here(),
        approval("a", prefixes.slice(0, 250)),
        approval("b", prefixes.slice(250)),
        policy("own", {
          rules: everyRule("Deny"),
          rateLimits: { min: { burst: 5 }, max: { burst: 10, requestsPerMinute: 10, tokensPerMinute: 10 } },
          endpoints: { allowHTTP: false, allowPrivate: false },
        }),
      ]),
    );

    const costly = {
      endpoint: longURL("https://[fc00:0000:0000:0000:0000:0000:0000:0001]/"),
      auth: oauth2(longURL(`http://${"a.".repeat(120)}com/`)),
      rateLimits: { burst: 4, requestsPerMinute: 11, tokensPerMinute: 11 },
    };

    test("it denies what is not approved, and says so", async () => {
      expect(await saidTo(...manyModels((index) => filled(`${index}-`, 253), costly))).toMatch(
        /\(and 255 more\) \(unapproved-model, policy own\)$/,
      );
    });

    test("it denies all else that is wrong, and says so", async () => {
      const approved = manyModels(endingIn, costly);
      expect(await saidTo(...approved)).toMatch(/\(and 767 more\) \(rate-limit-bounds, policy own\)$/);
    });

    test("it passes what is right", async () => {
      const right = {
        endpoint: longURL("https://api.openai.com/"),
        auth: oauth2(longURL("https://login.example.com/")),
      };
      const approved = manyModels(endingIn, right);
      expect(await saidTo(...approved)).toBe("");
    });
  });
});
