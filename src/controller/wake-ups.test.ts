import { expect, test } from "vitest";
import { API_VERSION } from "#api/kind.ts";
import type { KubernetesObject } from "#api/object-meta.ts";
import { FactFollowers } from "#cluster/fact-followers.ts";
import { type FactForm, type FactObject, factHandler } from "#cluster/fact-handler.ts";
import type { Change } from "#kube/change.ts";
import { keyOf } from "#kube/resource.ts";
import type { AddOptions } from "#kube/work-queue.ts";
import { FactIndex, type FactKind, isFactKind } from "#policy/fact-index.ts";
import { keptLog } from "../../test/support/resources.ts";
import { SecretUses } from "./secret-uses.ts";
import { wakeUps } from "./wake-ups.ts";

function formOf({ metadata }: FactObject): FactForm {
  return { faults: metadata.labels?.["faulty"] ? ["spec: is wrong"] : [] };
}

/** Objects that come, change and go, and whom that wakes. */
function scene() {
  const facts = new FactIndex();
  const secretUses = new SecretUses();
  const { logger, lines } = keptLog();
  const woken: (readonly [key: string, options: AddOptions | undefined])[] = [];
  const stored = new Map<string, FactObject>();
  const allGateways = () =>
    [...stored.values()]
      .filter(({ kind }) => kind === "AIGatewayConfig")
      .map(({ metadata: { namespace, name } }) => `${namespace}/${name}`);
  const followers = new FactFollowers(logger);
  const queue = { add: (key: string, options?: AddOptions) => void woken.push([key, options]) };
  const waiting = new Map<string, readonly string[]>();
  followers.add(wakeUps(queue, { facts, secretUses, allGateways }, (key) => waiting.get(key) ?? []));
  const tell = (kind: FactKind, change: Change<FactObject>): readonly string[] => {
    woken.length = 0;
    followers.around(kind, factHandler(kind, { facts, formOf, logger }))(change);
    return woken.map(([key]) => key).sort();
  };
  return {
    lines,
    secretUses,
    woken,
    /** Who waits for the place of a gateway. */
    waiting,
    /** Who is woken when the object takes the place of the one of its name. */
    put: (object: KubernetesObject, isInInitialList = false): readonly string[] => {
      const { kind } = object;
      if (!isFactKind(kind)) throw new Error(`${kind} is no fact`);
      const now = object as FactObject;
      const key = keyOf(now);
      const old = stored.get(`${kind} ${key}`);
      stored.set(`${kind} ${key}`, now);
      if (!old) return tell(kind, { type: "added", key, object: now, isInInitialList });
      return tell(kind, { type: "updated", key, old, object: now, isRecreated: false, isResync: false });
    },
    remove: (kind: FactKind, key: string): readonly string[] => {
      const object = stored.get(`${kind} ${key}`);
      if (!object) throw new Error(`no ${kind} ${key}`);
      stored.delete(`${kind} ${key}`);
      return tell(kind, { type: "deleted", key, object, finalStateUnknown: false });
    },
  };
}

let generations = 0;

function made(kind: string, key: string, spec: object, metadata: object = {}): KubernetesObject {
  const [name, namespace] = key.split("/").reverse();
  generations += 1;
  const whole = {
    apiVersion: API_VERSION,
    kind,
    metadata: { name, ...(namespace !== undefined && { namespace }), generation: generations, ...metadata },
    spec,
  };
  return whole as KubernetesObject;
}

const gateway = (key: string, spec: object = {}, metadata: object = {}) =>
  made("AIGatewayConfig", key, { models: [], routes: [], ...spec }, metadata);
const uses = (modelConfig: string) => ({ models: [{ name: "m", modelRef: { name: modelConfig } }] });
const has = (model: string) => ({ models: [{ name: model }] });
const namespace = (name: string, labels: object = {}, metadata: object = {}): KubernetesObject =>
  ({ apiVersion: "v1", kind: "Namespace", metadata: { name, labels, ...metadata } }) as KubernetesObject;
const gatewayClass = (name: string, metadata: object = {}, spec: object = {}) =>
  made("AIGatewayClass", name, { controllerName: "c", adapter: "json", ...spec }, metadata);
const route = (...parents: string[]) => made("AIRoute", "a/r", { parentRefs: parents.map((name) => ({ name })) });
const limits = (kind: string, name: string) => made("RateLimitPolicy", "a/p", { targetRefs: [{ kind, name }] });
const policy = (team?: string, mode = "Enforce") =>
  made("AIGatewayPolicy", "p", { mode, ...(team && { namespaceSelector: { matchLabels: { team } } }) });
const approval = (models: string[], more: object = {}) =>
  made("ApprovedModel", "gpt", { models, provider: "p", lifecycle: { state: "Approved" }, ...more });
const DEFAULT = { annotations: { "gateway.example.com/is-default-class": "true" } };

test("a gateway wakes itself, when it comes, changes and goes", () => {
  const { put, remove } = scene();
  put(gateway("a/other"));
  expect(put(gateway("a/main"))).toEqual(["a/main"]);
  expect(put(gateway("a/main"))).toEqual(["a/main"]);
  expect(remove("AIGatewayConfig", "a/main")).toEqual(["a/main"]);
});

test("what is seen at the start comes behind what changes, and each gateway once", () => {
  const { put, woken } = scene();
  expect(put(made("ModelConfig", "a/shared", {}), true)).toEqual([]);
  expect(put(gateway("a/main", uses("shared")), true)).toEqual(["a/main"]);
  expect(woken).toEqual([["a/main", { priority: -100 }]]);
  expect(put(made("ModelConfig", "a/shared", {}))).toEqual(["a/main"]);
  expect(woken).toEqual([["a/main", { priority: 0 }]]);
});

test("whom a policy wakes waits behind those whom their own team has edited", () => {
  const { put, woken } = scene();
  put(gateway("a/main"));
  put(made("AIGatewayPolicy", "bounds", { mode: "Enforce" }));
  expect(woken).toEqual([["a/main", { priority: -100 }]]);
});

test("a write of a status wakes nobody; finalizers, labels and annotations do", () => {
  const { put } = scene();
  const metadata = { generation: 1 };
  put(gateway("a/main", {}, metadata));
  expect(put({ ...gateway("a/main", {}, { ...metadata, resourceVersion: "2" }), status: {} } as never)).toEqual([]);
  for (const change of [{ finalizers: ["f"] }, { labels: { a: "b" } }, { annotations: { a: "b" } }]) {
    expect(put(gateway("a/main", {}, { ...metadata, ...change }))).toEqual(["a/main"]);
  }
});

test("a gateway or class that changes wakes those that wait for a place, and nothing else does", () => {
  const { put, waiting } = scene();
  put(gateway("a/main", { gatewayClassName: "one" }));
  waiting.set("a/main", ["b/main"]);
  expect(put(gateway("a/main", { gatewayClassName: "one" }))).toEqual(["a/main", "b/main"]);
  expect(put(gatewayClass("one"))).toEqual(["a/main", "b/main"]);
  expect(put(namespace("a"))).toEqual(["a/main"]);
});

test("a shared model wakes the gateways of its namespace that name it", () => {
  const { put, remove } = scene();
  put(gateway("a/main", uses("shared")));
  put(gateway("a/other", uses("another")));
  put(gateway("b/main", uses("shared")));
  expect(put(made("ModelConfig", "a/shared", {}))).toEqual(["a/main"]);
  expect(remove("ModelConfig", "a/shared")).toEqual(["a/main"]);
});

test("a route wakes the gateways that it leaves and those that it comes to", () => {
  const { put, remove } = scene();
  for (const key of ["a/one", "a/two", "a/three", "b/one"]) put(gateway(key));
  expect(put(route("one"))).toEqual(["a/one"]);
  expect(put(route("two"))).toEqual(["a/one", "a/two"]);
  expect(remove("AIRoute", "a/r")).toEqual(["a/two"]);
});

test("a template wakes the gateways whose own routes or AIRoutes name it", () => {
  const { put } = scene();
  const promptTemplateRef = { name: "greeting" };
  put(gateway("a/inline", { routes: [{ path: "/", promptTemplateRef }] }));
  put(gateway("a/attached"));
  put(gateway("a/neither"));
  put(made("AIRoute", "a/r", { parentRefs: [{ name: "attached" }], promptTemplateRef }));
  expect(put(made("PromptTemplate", "a/greeting", { messages: [] }))).toEqual(["a/attached", "a/inline"]);
});

test("limits wake the gateways that they are for, by name, by shared model and by route", () => {
  const { put, remove } = scene();
  put(gateway("a/named"));
  put(gateway("a/model", uses("shared")));
  put(gateway("a/route"));
  put(gateway("a/none"));
  put(made("AIRoute", "a/r", { parentRefs: [{ name: "route" }] }));
  expect(put(limits("AIGatewayConfig", "named"))).toEqual(["a/named"]);
  expect(put(limits("ModelConfig", "shared"))).toEqual(["a/model", "a/named"]);
  expect(put(limits("AIRoute", "r"))).toEqual(["a/model", "a/route"]);
  expect(remove("RateLimitPolicy", "a/p")).toEqual(["a/route"]);
});

test("an integration wakes the gateways that it is about, and without targets all of its namespace", () => {
  const { put } = scene();
  for (const key of ["a/one", "a/two", "b/one"]) put(gateway(key));
  const targetRefs = [{ kind: "AIGatewayConfig", name: "two" }];
  expect(put(made("IntegrationConfig", "a/i", { targetRefs }))).toEqual(["a/two"]);
  expect(put(made("IntegrationConfig", "a/i", {}))).toEqual(["a/one", "a/two"]);
});

test("a class wakes those that name it, and the default class those that name none", () => {
  const { put, remove } = scene();
  put(gateway("a/named", { gatewayClassName: "one" }));
  put(gateway("a/nameless"));
  put(gateway("a/other", { gatewayClassName: "two" }));
  expect(put(gatewayClass("one"))).toEqual(["a/named"]);
  expect(put(gatewayClass("one", DEFAULT))).toEqual(["a/named", "a/nameless"]);
  expect(put(gatewayClass("one"))).toEqual(["a/named", "a/nameless"]);
  put(gatewayClass("two", DEFAULT));
  expect(remove("AIGatewayClass", "two")).toEqual(["a/nameless", "a/other"]);
});

test("an approval wakes the gateways with a model of its patterns, and those with its Secret", () => {
  const { put, secretUses } = scene();
  put(gateway("a/inline", has("gpt-4o")));
  put(gateway("b/inline", has("claude")));
  put(gateway("b/shared", uses("big")));
  put(made("ModelConfig", "b/big", { model: "gpt-5" }));
  put(gateway("c/secret"));
  put(gateway("d/secret"));
  secretUses.set("c/secret", new Set(["openai"]));
  secretUses.set("d/secret", new Set(["other"]));
  expect(put(approval(["gpt-*"]))).toEqual(["a/inline", "b/shared"]);
  expect(put(approval(["claude"]))).toEqual(["a/inline", "b/inline", "b/shared"]);
  const defaults = { authSecretRef: { name: "openai", key: "k" } };
  expect(put(approval(["none"], { defaults }))).toEqual(["b/inline", "c/secret"]);
});

test("a policy wakes the gateways of the namespaces that it selected and of those that it selects", () => {
  const { put, remove } = scene();
  for (const name of ["a", "b", "c"]) {
    put(namespace(name, { team: name }));
    put(gateway(`${name}/main`));
  }
  expect(put(policy("a"))).toEqual(["a/main"]);
  expect(put(policy("b"))).toEqual(["a/main", "b/main"]);
  expect(put(policy("c", "Audit"))).toEqual(["b/main"]);
  expect(put(policy("a", "Audit"))).toEqual([]);
  expect(put(policy())).toEqual(["a/main", "b/main", "c/main"]);
  expect(remove("AIGatewayPolicy", "p")).toEqual(["a/main", "b/main", "c/main"]);
});

test("a namespace wakes its gateways when its labels change or it is to go, and not for less", () => {
  const { put } = scene();
  put(namespace("a"));
  put(gateway("a/main"));
  put(gateway("b/main"));
  expect(put(namespace("a", { team: "a" }))).toEqual(["a/main"]);
  expect(put(namespace("a", { team: "a" }, { resourceVersion: "7" }))).toEqual([]);
  expect(put(namespace("a", { team: "a" }, { deletionTimestamp: "2027-01-01T00:00:00Z" }))).toEqual(["a/main"]);
});

test("an object that turns faulty wakes those that depended on it, and is kept from nobody else", () => {
  const { put, lines } = scene();
  put(gateway("a/main"));
  put(made("AIRoute", "a/r", { parentRefs: [{ name: "main" }] }));
  expect(put(made("AIRoute", "a/r", { parentRefs: 4 }, { labels: { faulty: "yes" } }))).toEqual(["a/main"]);
  expect(lines.map(({ msg }) => msg)).toContain("a follower of facts failed");
});
