import { describe, expect, test } from "vitest";
import type { KubernetesObject, ObjectMeta } from "#api/object-meta.ts";
import { FactIndex } from "./fact-index.ts";
import type { PolicySpec } from "./opinion.ts";

const NOW = Date.parse("2027-01-01T12:00:00Z");
const LATER = "2027-01-01T13:00:00Z";

describe("policies of a namespace", () => {
  test("are those whose selector its labels meet", () => {
    const index = indexOf(
      namespace("team-a", { env: "prod" }),
      policy("everyone"),
      policy("prod", { namespaceSelector: { matchLabels: { env: "prod" } } }),
      policy("dev", { namespaceSelector: { matchLabels: { env: "dev" } } }),
      policy("not-dev", {
        namespaceSelector: { matchExpressions: [{ key: "env", operator: "NotIn", values: ["dev"] }] },
      }),
      policy("by-name", { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "team-a" } } }),
    );
    expect(policiesOf(index, "team-a")).toEqual(["by-name", "everyone", "not-dev", "prod"]);
  });

  test("are all while the namespace is not known, and again after it went", () => {
    const index = indexOf(policy("prod", { namespaceSelector: { matchLabels: { env: "prod" } } }));
    expect(policiesOf(index, "team-a")).toEqual(["prod"]);
    index.apply(namespace("team-a"));
    expect(policiesOf(index, "team-a")).toEqual([]);
    index.delete("Namespace", "team-a");
    expect(policiesOf(index, "team-a")).toEqual(["prod"]);
  });

  test("follow changes of labels, of selectors and of modes", () => {
    const index = indexOf(namespace("team-a"), policy("prod", { namespaceSelector: { matchLabels: { env: "prod" } } }));
    expect(policiesOf(index, "team-a")).toEqual([]);
    index.apply(namespace("team-a", { env: "prod" }));
    expect(policiesOf(index, "team-a")).toEqual(["prod"]);
    index.apply(policy("prod", { mode: "Audit" }));
    expect(policiesOf(index, "team-a")).toEqual([]);
    index.apply(policy("prod"));
    expect(policiesOf(index, "team-a")).toEqual(["prod"]);
    index.delete("AIGatewayPolicy", "prod");
    expect(policiesOf(index, "team-a")).toEqual([]);
    index.apply(namespace("team-b", { env: "prod" }));
    expect(policiesOf(index, "team-b")).toEqual([]);
  });
});

describe("a merged policy", () => {
  test("is kept until something that it rests on changes", () => {
    const selecting = { namespaceSelector: { matchLabels: { env: "prod" } } };
    const index = indexOf(namespace("team-a", { env: "prod" }), namespace("team-b"), policy("prod", selecting));
    const kept = index.effectivePolicy({ namespace: "team-a", name: "x" }, NOW);
    const same = () => index.effectivePolicy({ namespace: "team-a", name: "y" }, NOW + 1);
    index.apply({ ...policy("prod", selecting), metadata: { name: "prod", resourceVersion: "2" } });
    index.apply(namespace("team-b", { env: "dev" }));
    index.apply(policy("dev", { namespaceSelector: { matchLabels: { env: "dev" } } }));
    expect(same()).toBe(kept);
    index.apply(policy("prod", { ...selecting, rules: { x: "Deny" } }));
    expect(same()).not.toBe(kept);
  });

  test("is one for all objects of all namespaces that are not known", () => {
    const index = indexOf(policy("a"));
    expect(index.effectivePolicy({ namespace: "x", name: "a" }, NOW)).toBe(
      index.effectivePolicy({ namespace: "y", name: "b" }, NOW),
    );
  });
});

describe("an exception", () => {
  const rules = ["unapproved-model"];
  const exceptions = (exception: object) => ({
    rules: { "unapproved-model": "Deny" as const },
    exceptions: [{ rules, reason: "migration", expiresAt: LATER, ...exception }],
  });

  test.each([
    ["object", { names: ["main"] }, true],
    ["namespace", { namespaces: ["team-a"] }, true],
    ["object in its namespace", { namespaces: ["team-a"], names: ["main"] }, true],
    ["world", {}, true],
    ["other object", { names: ["other"] }, false],
    ["other namespace", { namespaces: ["team-b"] }, false],
    ["other object in its namespace", { namespaces: ["team-a"], names: ["other"] }, false],
    ["object in another namespace", { namespaces: ["team-b"], names: ["main"] }, false],
    ["empty list of objects", { names: [] }, false],
    ["empty list of namespaces", { namespaces: [] }, false],
  ])("for the %s is made as it is written", (_, exception, made) => {
    const expected = made ? "Audit" : "Deny";
    const known = indexOf(namespace("team-a"), policy("a", exceptions(exception)));
    expect(actionFor(known, "main", NOW)).toBe(expected);
    expect(actionFor(indexOf(policy("a", exceptions(exception))), "main", NOW)).toBe(expected);
  });

  test("is made for an object without a name yet only if it names none", () => {
    expect(actionFor(indexOf(policy("a", exceptions({ names: ["main"] }))), "", NOW)).toBe("Deny");
    expect(actionFor(indexOf(policy("a", exceptions({ namespaces: ["team-a"] }))), "", NOW)).toBe("Audit");
  });

  test("ends at its moment, without any event, and is then named", () => {
    const index = indexOf(
      namespace("team-a"),
      policy("a", exceptions({})),
      policy("b", exceptions({ names: ["main"] })),
    );
    const end = Date.parse(LATER);
    for (const now of [NOW, end - 1, end, end + 1, end - 1]) {
      const { expiredExceptions } = index.effectivePolicy({ namespace: "team-a", name: "main" }, now);
      expect(actionFor(index, "main", now)).toBe(now < end ? "Audit" : "Deny");
      expect(expiredExceptions.map(({ policy }) => policy)).toEqual(now < end ? [] : ["a", "b"]);
    }
  });

  test("goes with its policy", () => {
    const index = indexOf(policy("a", exceptions({ names: ["main"], namespaces: ["team-a"] })));
    index.apply(policy("a", { rules: { "unapproved-model": "Deny" } }));
    expect(actionFor(index, "main", NOW)).toBe("Deny");
    index.apply(policy("a", exceptions({ names: ["main"], namespaces: ["team-a"] })));
    expect(actionFor(index, "main", NOW)).toBe("Audit");
  });
});

describe("a policy in Audit", () => {
  test("is merged with those in Enforce, one at a time, and is no part of theirs", () => {
    const index = indexOf(
      namespace("team-a"),
      policy("enforced", limit(50)),
      policy("trial-b", { mode: "Audit", ...limit(10) }),
      policy("trial-a", { mode: "Audit", ...limit(90) }),
      policy("elsewhere", { mode: "Audit", namespaceSelector: { matchLabels: { env: "prod" } }, ...limit(1) }),
    );
    const subject = { namespace: "team-a", name: "main" };
    expect(index.effectivePolicy(subject, NOW)).toMatchObject({
      policies: ["enforced"],
      rateLimits: { max: { burst: { value: 50 } } },
    });
    expect(index.effectivePolicy(subject, NOW).defaults.labels.get("x")?.value).toBe("50");
    expect(index.auditCandidates(subject, NOW)).toMatchObject([
      {
        policy: "trial-a",
        effective: { policies: ["enforced", "trial-a"], rateLimits: { max: { burst: { value: 50 } } } },
      },
      {
        policy: "trial-b",
        effective: { policies: ["enforced", "trial-b"], rateLimits: { max: { burst: { value: 10 } } } },
      },
    ]);
    expect(index.auditCandidates(subject, NOW)).toBe(index.auditCandidates(subject, NOW + 1));
  });

  test("makes its own exceptions", () => {
    const exception = { rules: ["rate-limit-bounds"], names: ["main"], reason: "migration", expiresAt: LATER };
    const index = indexOf(policy("trial", { mode: "Audit", ...limit(10), exceptions: [exception] }));
    const burstOf = (name: string) =>
      index
        .auditCandidates({ namespace: "team-a", name }, NOW)
        .map(({ effective }) => effective.rateLimits.max.burst?.value);
    expect(burstOf("other")).toEqual([10]);
    expect(burstOf("main")).toEqual([undefined]);
    expect(index.effectivePolicy({ namespace: "team-a", name: "main" }, NOW).actions.size).toBe(0);
  });
});

describe("approvals of a model", () => {
  test("are those with a pattern that matches the whole id, by name", () => {
    const index = indexOf(
      approval("any", "*"),
      approval("family", "gpt-*", "gpt-4*"),
      approval("exact", "gpt-4o"),
      approval("other", "gpt-5", "o*"),
      approval("capital", "GPT-4o"),
    );
    expect(approvalsOf(index, "gpt-4o")).toEqual(["any", "exact", "family"]);
    expect(approvalsOf(index, "gpt")).toEqual(["any"]);
    expect(approvalsOf(index, "")).toEqual(["any"]);
  });

  test("follow changes and deletions", () => {
    const index = indexOf(approval("a", "gpt-*", "x"), approval("b", "gpt-*"));
    index.apply(approval("a", "gpt-4o"));
    expect(approvalsOf(index, "gpt-4")).toEqual(["b"]);
    expect(approvalsOf(index, "x")).toEqual([]);
    index.delete("ApprovedModel", "b");
    index.delete("ApprovedModel", "b");
    expect(approvalsOf(index, "gpt-4")).toEqual([]);
    expect(approvalsOf(index, "gpt-4o")).toEqual(["a"]);
  });
});

describe("the default class", () => {
  test("is the oldest that claims it, then the first by name, those without an age last", () => {
    const index = indexOf(
      gatewayClass("unmarked", "2020-01-01T00:00:00Z", "false"),
      gatewayClass("draft", undefined),
      gatewayClass("young", "2026-01-01T00:00:00Z"),
    );
    expect(index.defaultGatewayClass()?.metadata.name).toBe("young");
    index.apply(gatewayClass("old-b", "2025-01-01T00:00:00Z"));
    index.apply(gatewayClass("old-a", "2025-01-01T01:00:00+01:00"));
    expect(index.defaultGatewayClass()?.metadata.name).toBe("old-a");
    index.delete("AIGatewayClass", "old-a");
    index.apply(gatewayClass("old-b", "2025-01-01T00:00:00Z", "no"));
    expect(index.defaultGatewayClass()?.metadata.name).toBe("young");
    index.delete("AIGatewayClass", "young");
    expect(index.defaultGatewayClass()?.metadata.name).toBe("draft");
    index.delete("AIGatewayClass", "draft");
    expect(index.defaultGatewayClass()).toBeUndefined();
    expect(index.gatewayClass("unmarked")?.metadata.name).toBe("unmarked");
    expect(index.gatewayClass("draft")).toBeUndefined();
  });
});

test("a namespace has the label that the API server gives it, and is unknown before it comes", () => {
  const index = indexOf(namespace("team-a", { env: "prod" }));
  expect(index.namespaceLabels("team-a")).toEqual({ env: "prod", "kubernetes.io/metadata.name": "team-a" });
  expect(index.namespaceLabels("constructor")).toBeUndefined();
});

test("replacing one kind leaves the others", () => {
  const index = indexOf(policy("a"), approval("a", "x"), gatewayClass("a", undefined), namespace("a"));
  index.replaceKind("AIGatewayPolicy", [policy("b")]);
  expect(policiesOf(index, "a")).toEqual(["b"]);
  expect(approvalsOf(index, "x")).toEqual(["a"]);
  index.replace([approval("c", "x"), { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "d" } }]);
  expect(policiesOf(index, "a")).toEqual([]);
  expect(approvalsOf(index, "x")).toEqual(["c"]);
  expect(index.defaultGatewayClass()).toBeUndefined();
  expect(index.namespaceLabels("a")).toBeUndefined();
});

test("objects of other kinds leave no trace", () => {
  const index = indexOf({ ...policy("a"), kind: "ConfigMap" }, { ...policy("a"), kind: "__proto__" });
  expect(policiesOf(index, "a")).toEqual([]);
});

function limit(burst: number): Partial<PolicySpec> {
  return { rateLimits: { max: { burst } }, defaults: { labels: { x: String(burst) } } };
}

function indexOf(...objects: readonly KubernetesObject[]): FactIndex {
  const index = new FactIndex();
  for (const object of objects) index.apply(frozen(object));
  return index;
}

/** So that a test fails where an object that was handed in is changed. */
function frozen<T>(value: T): T {
  if (typeof value === "object" && value !== null) Object.values(Object.freeze(value)).forEach(frozen);
  return value;
}

function policiesOf(index: FactIndex, namespace: string): readonly string[] {
  return index.effectivePolicy({ namespace, name: "main" }, NOW).policies;
}

function actionFor(index: FactIndex, name: string, now: number): string | undefined {
  return index.effectivePolicy({ namespace: "team-a", name }, now).actions.get("unapproved-model")?.value;
}

function approvalsOf(index: FactIndex, modelId: string): readonly (string | undefined)[] {
  return index.approvalsOf(modelId).map(({ metadata }) => metadata.name);
}

function policy(name: string, spec: Partial<PolicySpec> = {}) {
  return ours("AIGatewayPolicy", { name }, { mode: "Enforce", ...spec });
}

function approval(name: string, ...models: readonly string[]) {
  return ours("ApprovedModel", { name }, { provider: "openai", models, lifecycle: { state: "Approved" } });
}

function gatewayClass(name: string, creationTimestamp: string | undefined, isDefault = "true") {
  const annotations = { "gateway.example.com/is-default-class": isDefault };
  return ours("AIGatewayClass", { name, annotations, ...(creationTimestamp ? { creationTimestamp } : {}) }, {});
}

function ours(kind: string, metadata: ObjectMeta, spec: object) {
  return { apiVersion: "gateway.example.com/v1", kind, metadata, spec };
}

function namespace(name: string, labels: Readonly<Record<string, string>> = {}): KubernetesObject {
  return { apiVersion: "v1", kind: "Namespace", metadata: { name, labels } };
}

test("who subscribed is told the kind of each fact that came, changed or went, after it took effect", () => {
  const index = indexOf();
  const told: string[] = [];
  const subscription = index.subscribe((kind) => told.push(`${kind} ${index.namespaceLabels("team-a") !== undefined}`));
  index.apply(namespace("team-a"));
  index.delete("Namespace", "team-a");
  index.replace([namespace("team-a"), policy("everyone")]);
  expect(told).toEqual(["Namespace true", "Namespace false", "AIGatewayPolicy false", "Namespace true"]);
  subscription[Symbol.dispose]();
  index.apply(namespace("team-b"));
  expect(told).toHaveLength(4);
});
