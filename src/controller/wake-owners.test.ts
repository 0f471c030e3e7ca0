import { expect, test } from "vitest";
import type { Change } from "#kube/change.ts";
import type { Resource, ResourceType } from "#kube/resource.ts";
import { FactIndex } from "#policy/fact-index.ts";
import { configWith } from "../../test/support/facts.ts";
import { CONFIG_MAPS, DEPLOYMENTS, PODS, SECRETS, SERVICES } from "./delivered-objects.ts";
import { placeOf, placesOf } from "./delivery/delivery-target.ts";
import { GatewayPlaces } from "./gateway-places.ts";
import { gatewaysOfPod } from "./gateways-of-pod.ts";
import { SecretUses } from "./secret-uses.ts";
import { wakeOwners } from "./wake-owners.ts";

const OWNER = {
  apiVersion: "gateway.example.com/v1",
  kind: "AIGatewayConfig",
  name: "main",
  uid: "1",
  controller: true,
};

function scene() {
  const facts = new FactIndex();
  const secretUses = new SecretUses();
  const places = new GatewayPlaces();
  const woken: string[] = [];
  const handler = wakeOwners(
    { add: (key) => void woken.push(key) },
    {
      secretUses,
      gatewaysOfPod: (pod) => gatewaysOfPod(pod, facts),
      claimantsOf: (type, { metadata }) => places.claimantsOf(placeOf(type, metadata)),
    },
  );
  return {
    facts,
    places,
    secretUses,
    told: (type: ResourceType, change: Change<Resource>) => {
      woken.length = 0;
      handler(type, change);
      return woken.toSorted();
    },
  };
}

function object(name: string, metadata: object = {}, more: object = {}): Resource {
  return { metadata: { name, namespace: "a", resourceVersion: "1", ...metadata }, ...more };
}

function added(object: Resource, isInInitialList = false): Change<Resource> {
  return { type: "added", key: `a/${object.metadata.name}`, object, isInInitialList };
}

function updated(old: Resource, object: Resource): Change<Resource> {
  return { type: "updated", key: `a/${object.metadata.name}`, old, object, isRecreated: false, isResync: false };
}

function deleted(object: Resource): Change<Resource> {
  return { type: "deleted", key: `a/${object.metadata.name}`, object, finalStateUnknown: false };
}

test("what was made for a gateway wakes it when it changes or goes, also when it is not its any more", () => {
  const { told } = scene();
  const owned = object("x", { ownerReferences: [OWNER] });
  expect(told(CONFIG_MAPS, deleted(owned))).toEqual(["a/main"]);
  expect(told(CONFIG_MAPS, updated(owned, object("x", { resourceVersion: "2" })))).toEqual(["a/main"]);
  expect(told(CONFIG_MAPS, updated(owned, owned))).toEqual([]);
  expect(told(CONFIG_MAPS, deleted(object("y")))).toEqual([]);
  expect(told(CONFIG_MAPS, deleted(object("y", { ownerReferences: [{ ...OWNER, kind: "Deployment" }] })))).toEqual([]);
});

test("what is gone wakes those whose class gives them its name, whoever it belonged to", () => {
  const { places, told } = scene();
  const names = { namespace: "a", configMapName: "x", secretName: "y", managedName: "x" };
  places.set("a/waiting", { createdAt: "2027-01-01T00:00:00Z", places: placesOf(names) });
  const owned = object("x", { ownerReferences: [OWNER] });
  expect(told(CONFIG_MAPS, updated(owned, object("x", { resourceVersion: "2" })))).toEqual(["a/main"]);
  for (const type of [CONFIG_MAPS, DEPLOYMENTS, SERVICES]) {
    expect(told(type, deleted(owned))).toEqual(["a/main", "a/waiting"]);
    expect(told(type, deleted(object("y")))).toEqual([]);
  }
  expect(told(SECRETS, deleted(object("y")))).toEqual(["a/waiting"]);
  expect(told(PODS, deleted(object("x")))).toEqual([]);
});

test("a Secret wakes those that looked for it, and what is there from the start nobody", () => {
  const { secretUses, told } = scene();
  secretUses.set("a/main", new Set(["openai", "other"]));
  secretUses.set("a/second", new Set(["openai"]));
  secretUses.set("b/main", new Set(["openai"]));
  expect(told(SECRETS, added(object("openai")))).toEqual(["a/main", "a/second"]);
  expect(told(SECRETS, added(object("openai"), true))).toEqual([]);
  secretUses.set("a/main", new Set(["other"]));
  expect(told(SECRETS, deleted(object("openai")))).toEqual(["a/second"]);
  expect(told(CONFIG_MAPS, deleted(object("openai")))).toEqual([]);
});

test("a Pod wakes the gateways whose class selects it, or the one that it names, when something is new of it", () => {
  const { facts, told } = scene();
  const spec = { adapter: "json" as const, verify: { selector: { matchLabels: { app: "gateway" } } } };
  facts.apply({
    apiVersion: "gateway.example.com/v1",
    kind: "AIGatewayClass",
    metadata: { name: "one" },
    spec,
  } as never);
  for (const name of ["main", "second"]) facts.apply(configWith({ gatewayClassName: "one" }, { name, namespace: "a" }));
  facts.apply(configWith({}, { name: "classless", namespace: "a" }));
  const labels = { app: "gateway" };
  const pod = object("pod", { labels }, { status: { podIP: "10.0.0.1" } });
  expect(told(PODS, added(pod))).toEqual(["a/main", "a/second"]);
  expect(told(PODS, updated(pod, { ...pod, metadata: { ...pod.metadata, resourceVersion: "2" } }))).toEqual([]);
  const moved = object("pod", { labels, resourceVersion: "3" }, { status: { podIP: "10.0.0.2" } });
  expect(told(PODS, updated(pod, moved))).toEqual(["a/main", "a/second"]);
  const named = { ...labels, "gateway.example.com/gateway-name": "second" };
  expect(told(PODS, added(object("pod", { labels: named })))).toEqual(["a/second"]);
  expect(told(PODS, added(object("pod", { labels: { app: "another" } })))).toEqual([]);
});
