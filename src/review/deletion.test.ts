import { describe, expect, test } from "vitest";
import type { AdmissionRequest } from "#api/admission-review.ts";
import { GROUP, VERSION } from "#api/kind.ts";
import { kindByName } from "#api/kinds.ts";
import type { KubernetesObject } from "#api/object-meta.ts";
import { FactIndex } from "#policy/fact-index.ts";
import { STORED_KINDS } from "#policy/stored-objects.ts";
import { reviewMutation, reviewValidation } from "./admission.ts";

const NOW = Date.UTC(2027, 0, 1);

describe("a class", () => {
  test("that a stored configuration names is not deleted, and the denial says which", () => {
    const index = indexOf(gatewayClass("shared"), config("team-a/main", { gatewayClassName: "shared" }));
    expect(deletionOf(gatewayClass("shared"), index)).toEqual({
      allowed: false,
      found: [
        "Deny metadata.name: Forbidden: must not be deleted while AIGatewayConfigs depend on it: team-a/main; the annotation gateway.example.com/force-deletion=true forces it (in-use)",
      ],
    });
  });

  test("that nobody names, or nobody any more, is deleted", () => {
    const index = indexOf(gatewayClass("shared"), config("team-a/main", { gatewayClassName: "shared" }));
    expect(deletionOf(gatewayClass("other"), index)).toEqual(DELETED);
    index.apply(config("team-a/main", { gatewayClassName: "other" }));
    expect(deletionOf(gatewayClass("shared"), index)).toEqual(DELETED);
    index.delete("AIGatewayConfig", "team-a/main");
    expect(deletionOf(gatewayClass("other"), index)).toEqual(DELETED);
  });

  test("that is the default is used by those that name none", () => {
    const index = indexOf(gatewayClass("usual", { [DEFAULT]: "true" }), config("team-a/main"));
    expect(deletionOf(gatewayClass("usual"), index).allowed).toBe(false);
    index.apply(gatewayClass("usual"));
    expect(deletionOf(gatewayClass("usual"), index)).toEqual(DELETED);
  });

  test("of many users names three", () => {
    const users = ["a/x", "b/x", "c/x", "d/x"].map((key) => config(key, { gatewayClassName: "shared" }));
    const [found] = deletionOf(gatewayClass("shared"), indexOf(...users)).found;
    expect(found).toContain("depend on it: a/x, b/x, c/x and others; ");
  });
});

describe("an approval", () => {
  test("is not deleted while a stored model has no other", () => {
    const index = indexOf(approval("gpt", "gpt-*"), config("team-a/main", { models: [GPT] }));
    expect(deletionOf(approval("gpt", "gpt-*"), index).found).toEqual([expect.stringContaining(": team-a/main;")]);
    index.apply(approval("successor", "gpt-4o"));
    expect(deletionOf(approval("gpt", "gpt-*"), index)).toEqual(DELETED);
  });

  test("that covers nothing stored, or for other namespaces, is deleted", () => {
    const index = indexOf(config("team-a/main", { models: [GPT] }));
    expect(deletionOf(approval("claude", "claude-*"), index)).toEqual(DELETED);
    expect(deletionOf(approval("gpt", "gpt-*", { provider: "other" }), index)).toEqual(DELETED);
    expect(deletionOf(approval("gpt", "gpt-*", { namespaces: { names: ["team-b"] } }), index)).toEqual(DELETED);
  });

  test("is retired at any time, and deleted then", () => {
    const index = indexOf(approval("gpt", "gpt-*"), config("team-a/main", { models: [GPT] }));
    const retired = approval("gpt", "gpt-*", { lifecycle: { state: "Retired" } });
    const update = { ...deletion(retired), operation: "UPDATE", object: retired, oldObject: approval("gpt", "gpt-*") };
    expect(reviewValidation(update as AdmissionRequest, { lookup: index, now: NOW })).toMatchObject({ allowed: true });
    expect(deletionOf(retired, index)).toEqual(DELETED);
  });
});

describe("an object of a namespace", () => {
  const gpt = stored("ModelConfig", { namespace: "team-a", name: "gpt" }, { model: "gpt-4o", provider: "openai" });
  const greeting = stored(
    "PromptTemplate",
    { namespace: "team-a", name: "greeting" },
    { messages: [{ role: "user", content: "Hello." }] },
  );
  const main = config("team-a/main", {
    models: [{ name: "main", modelRef: { name: "gpt" } }],
    routes: [{ path: "/", targetModel: "main", promptTemplateRef: { name: "greeting" } }],
  });
  const chat = stored("AIRoute", { namespace: "team-a", name: "chat" }, { parentRefs: [{ name: "main" }], path: "/" });
  const daily = stored(
    "RateLimitPolicy",
    { namespace: "team-a", name: "daily" },
    {
      targetRefs: ["AIGatewayConfig main", "ModelConfig gpt", "AIRoute chat"].map((target) => {
        const [kind = "", name = ""] = target.split(" ");
        return { kind, name };
      }),
      limits: [{ requests: 1, window: "1d" }],
    },
  );
  const all = [gpt, greeting, main, chat, daily];

  test.each([
    [gpt, "objects depend on it: AIGatewayConfig team-a/main, RateLimitPolicy team-a/daily;"],
    [greeting, "AIGatewayConfigs depend on it: team-a/main;"],
    [main, "objects depend on it: AIRoute team-a/chat, RateLimitPolicy team-a/daily;"],
    [chat, "RateLimitPolicies depend on it: team-a/daily;"],
  ])("$kind is deleted with a warning that names those that name it", (object, users) => {
    expect(deletionOf(object, indexOf(...all))).toEqual({
      allowed: true,
      found: [expect.stringMatching(new RegExp(`^Warn .*${users}.*\\(in-use\\)$`))],
    });
  });

  test("is not deleted where a policy for its namespace says so", () => {
    const index = indexOf(...all, namespace("team-a"), policyFor("team-a", "Deny"));
    expect(deletionOf(gpt, index).allowed).toBe(false);
  });

  test("that nobody names, or only somebody of that name elsewhere, is deleted", () => {
    expect(deletionOf(daily, indexOf(...all))).toEqual(DELETED);
    const elsewhere = { ...gpt, metadata: { namespace: "team-b", name: "gpt" } };
    expect(deletionOf(elsewhere, indexOf(...all, elsewhere))).toEqual(DELETED);
  });

  test("is deleted while its namespace is, and binds nothing of the platform team's any more", () => {
    const terminating = {
      ...namespace("team-a"),
      metadata: { name: "team-a", deletionTimestamp: "2027-01-01T00:00:00Z" },
    };
    const index = indexOf(...all, terminating);
    for (const object of all) expect(deletionOf(object, index)).toEqual(DELETED);
    expect(deletionOf(approval("gpt", "gpt-*"), index)).toEqual(DELETED);
    index.apply(namespace("team-a"));
    expect(deletionOf(approval("gpt", "gpt-*"), index).found).toEqual([
      expect.stringContaining("must not be deleted while ModelConfigs depend on it: team-a/gpt;"),
    ]);
  });
});

describe("what comes of a deletion", () => {
  const shared = gatewayClass("shared");
  const users = [
    config("team-a/main", { gatewayClassName: "shared" }),
    config("team-b/main", { gatewayClassName: "shared" }),
  ];

  test("is decided by the policies for those who depend on it, of which the strictest counts", () => {
    const index = indexOf(...users, namespace("team-a"), namespace("team-b"), policyFor("team-a", "Warn"));
    expect(deletionOf(shared, index).found).toEqual([expect.stringMatching(/^Deny .*: team-b\/main;.*\(in-use\)$/)]);
    index.apply(policyFor("team-b", "Audit"));
    expect(deletionOf(shared, index)).toEqual({
      allowed: true,
      found: [expect.stringMatching(/^Warn .*: team-a\/main;.*\(in-use, policy for-team-a\)$/)],
    });
    index.apply(policyFor("team-a", "Off"));
    index.apply(policyFor("team-b", "Off"));
    expect(deletionOf(shared, index)).toEqual(DELETED);
  });

  test("is forced by an annotation", () => {
    const forced = gatewayClass("shared", { "gateway.example.com/force-deletion": "true" });
    expect(deletionOf(forced, indexOf(...users))).toEqual(DELETED);
  });

  test.each([
    "system:serviceaccount:kube-system:namespace-controller",
    "system:serviceaccount:kube-system:generic-garbage-collector",
  ])("is never held up for %s", (username) => {
    expect(deletionOf(shared, indexOf(...users), { userInfo: { username } })).toEqual(DELETED);
  });

  test("awaits the news that those are gone who depend on it", () => {
    const request = deletion(shared);
    const denied = reviewValidation(request, { lookup: indexOf(...users), now: NOW });
    expect(denied).toMatchObject({ allowed: false, awaits: STORED_KINDS });
    expect(reviewValidation(request, { lookup: indexOf(), now: NOW })).toMatchObject({ allowed: true, awaits: [] });
  });

  test("is judged by the stored object, since a deletecollection names none", () => {
    expect(deletionOf(shared, indexOf(...users), { name: "" }).allowed).toBe(false);
    expect(deletionOf(shared, indexOf(...users), { name: "", oldObject: null })).toEqual(DELETED);
  });

  test("is left alone when it has begun, or the object is of no shape that we know", () => {
    const index = indexOf(...users);
    const metadata = { name: "shared", deletionTimestamp: "2027-01-01T00:00:00Z" };
    expect(deletionOf(shared, index, { oldObject: { ...shared, metadata } })).toEqual(DELETED);
    expect(deletionOf(shared, index, { oldObject: { ...shared, spec: "none" } })).toEqual(DELETED);
    expect(deletionOf(shared, index, { oldObject: { spec: {} } })).toEqual(DELETED);
  });

  test("of a configuration is always that it goes", () => {
    expect(deletionOf(users[0] ?? shared, indexOf(...users))).toEqual(DELETED);
  });

  test("is no business of the mutating webhook", () => {
    const answer = reviewMutation(deletion(shared), { lookup: indexOf(...users), now: NOW });
    expect(answer).toMatchObject({ allowed: true, operations: [] });
  });
});

const DEFAULT = "gateway.example.com/is-default-class";
const GPT = { name: "main", model: "gpt-4o", provider: "openai" };
const DELETED = { allowed: true, found: [] };

function indexOf(...objects: readonly KubernetesObject[]): FactIndex {
  const index = new FactIndex();
  for (const object of objects) index.apply(object);
  return index;
}

function deletionOf(object: KubernetesObject, lookup: FactIndex, request: Partial<AdmissionRequest> = {}) {
  const verdict = reviewValidation({ ...deletion(object), ...request }, { lookup, now: NOW });
  if ("unsupported" in verdict) throw new Error(verdict.unsupported);
  const found = verdict.violations.map(({ action, path, message }) => `${action} ${path}: ${message}`);
  return { allowed: verdict.allowed, found };
}

/** As the API server asks about it. */
function deletion(object: KubernetesObject): AdmissionRequest {
  const { kind, metadata } = object;
  return {
    uid: "705ab4f5-6393-11e8-b7cc-42010a800002",
    kind: { group: GROUP, version: VERSION, kind },
    resource: { group: GROUP, version: VERSION, resource: kindByName.get(kind)?.plural ?? "" },
    name: metadata.name ?? "",
    operation: "DELETE",
    userInfo: { username: "somebody" },
    object: null,
    oldObject: object,
  };
}

function stored(kind: string, metadata: KubernetesObject["metadata"], spec: object): KubernetesObject {
  const whole = { apiVersion: `${GROUP}/${VERSION}`, kind, metadata, spec };
  return whole;
}

function gatewayClass(name: string, annotations: Record<string, string> = {}): KubernetesObject {
  return stored("AIGatewayClass", { name, annotations }, {});
}

function approval(name: string, pattern: string, spec: object = {}): KubernetesObject {
  const approved = { provider: "openai", models: [pattern], lifecycle: { state: "Approved" } };
  return stored("ApprovedModel", { name }, { ...approved, ...spec });
}

/** By `namespace/name`. */
function config(key: string, spec: object = {}): KubernetesObject {
  const [namespace = "", name = ""] = key.split("/");
  return stored("AIGatewayConfig", { namespace, name }, { models: [], routes: [], ...spec });
}

function policyFor(namespace: string, action: string): KubernetesObject {
  const namespaceSelector = { matchLabels: { "kubernetes.io/metadata.name": namespace } };
  const spec = { mode: "Enforce", namespaceSelector, rules: { "in-use": action } };
  return stored("AIGatewayPolicy", { name: `for-${namespace}` }, spec);
}

function namespace(name: string): KubernetesObject {
  return { apiVersion: "v1", kind: "Namespace", metadata: { name } };
}
