import { describe, expect, it } from "vitest";
import { aiGatewayClass } from "#api/kinds/ai-gateway-class.ts";
import { aiGatewayPolicy } from "#api/kinds/ai-gateway-policy.ts";
import { approvedModel } from "#api/kinds/approved-model.ts";
import { classWith, configWith, factsFor, type World } from "../../test/support/facts.ts";
import { approvalWith, fromPolicy, operationsFor } from "../../test/support/mutation.ts";
import { NOTHING } from "./additions.ts";
import { mutationOperations } from "./mutation-operations.ts";

const everything: World = {
  policy: {
    defaults: {
      labels: new Map([["team", fromPolicy("red")]]),
      rateLimits: { requestsPerMinute: fromPolicy(600) },
      timeouts: { request: fromPolicy("60s") },
    },
  },
  approvals: [
    approvalWith({
      endpoints: { hosts: ["api.openai.example"] },
      defaults: { authSecretRef: { name: "openai", key: "token" } },
    }),
  ],
  classes: [classWith({}, "shared")],
};

const endpoint = "https://api.openai.example/v1";

describe("mutationOperations", () => {
  it("adds all that is missing, in the order of labels, class, and models", () => {
    const config = configWith({
      models: [
        { name: "own", timeouts: {} },
        { name: "gpt-4o", endpoint },
      ],
    });
    expect(operationsFor(config, everything)).toEqual([
      { op: "add", path: "/metadata/labels", value: { team: "red" } },
      { op: "add", path: "/spec/gatewayClassName", value: "shared" },
      { op: "add", path: "/spec/models/0/rateLimits", value: { requestsPerMinute: 600 } },
      { op: "add", path: "/spec/models/0/timeouts/request", value: "60s" },
      { op: "add", path: "/spec/models/1/provider", value: "openai" },
      {
        op: "add",
        path: "/spec/models/1/auth",
        value: { type: "apikey", valueFrom: { secretKeyRef: { name: "openai", key: "token" } } },
      },
      { op: "add", path: "/spec/models/1/rateLimits", value: { requestsPerMinute: 600 } },
      { op: "add", path: "/spec/models/1/timeouts", value: { request: "60s" } },
    ]);
  });

  it("adds nothing to an object that is being deleted", () => {
    const terminating = configWith({ models: [{ name: "gpt-4o" }] }, { deletionTimestamp: "2027-01-01T00:00:00Z" });
    expect(operationsFor(terminating, everything)).toBe(NOTHING);
    expect(operationsFor({ ...configWith(), metadata: { deletionTimestamp: null } }, everything)).not.toEqual([]);
  });

  it("adds nothing to objects of other kinds", () => {
    for (const kind of [aiGatewayClass, aiGatewayPolicy, approvedModel]) {
      const facts = { ...factsFor(everything), namespace: "" };
      expect(mutationOperations(kind, configWith(), undefined, facts)).toBe(NOTHING);
    }
  });

  it("adds nothing to what is no object", () => {
    for (const object of [undefined, null, [], "object", 1, true]) {
      expect(operationsFor(object, everything)).toBe(NOTHING);
    }
  });

  it("has one answer for all that needs nothing", () => {
    expect(operationsFor(configWith({ models: [{ name: "gpt-4o" }] }))).toBe(NOTHING);
  });
});

const added = (index: number) => ({ op: "add", path: `/spec/models/${index}/timeouts`, value: { request: "60s" } });

describe("an update", () => {
  const world: World = {
    policy: { defaults: { labels: new Map(), rateLimits: {}, timeouts: { request: fromPolicy("60s") } } },
  };
  const [a, b, c] = [{ name: "a" }, { name: "b", version: "1" }, { name: "c" }] as const;
  const old = configWith({ models: [a, b, c] });

  it("of metadata alone adds nothing to the spec", () => {
    const labelled = { ...configWith(old.spec), metadata: { labels: { team: "red" }, finalizers: ["example.com/x"] } };
    expect(operationsFor(labelled, world, old)).toEqual([]);
  });

  it("gives defaults to the models that it added or changed, and to no other", () => {
    const changed = configWith({ models: [a, { name: "b", version: "2" }, c, { name: "d" }] });
    expect(operationsFor(changed, world, old)).toEqual([added(1), added(3)]);
  });

  it("knows a model again that was moved", () => {
    expect(operationsFor(configWith({ models: [c, { name: "d" }, b, a] }), world, old)).toEqual([added(1)]);
  });

  it("knows no model again under another name", () => {
    expect(operationsFor(configWith({ models: [{ name: "b" }, b, c] }), world, old)).toEqual([added(0)]);
  });

  it("of an object that had no models gives defaults to all", () => {
    for (const before of [{}, { spec: null }, { spec: { models: "none" } }, null, "object"]) {
      expect(operationsFor(old, world, before)).toEqual([added(0), added(1), added(2)]);
    }
  });
});
