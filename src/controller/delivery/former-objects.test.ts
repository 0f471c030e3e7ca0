import { describe, expect, test } from "vitest";
import { API_VERSION } from "#api/kind.ts";
import type { ResourceType } from "#kube/resource.ts";
import { planOf } from "../../../test/support/delivery-plan.ts";
import { CONFIG_MAPS, DEPLOYMENTS, SECRETS, SERVICES } from "../delivered-objects.ts";
import type { Verification } from "../verification/verification.ts";
import { formerObjects, formerToGo, type MadeObject } from "./former-objects.ts";

const GATEWAY = {
  apiVersion: API_VERSION,
  kind: "AIGatewayConfig" as const,
  metadata: { name: "main", namespace: "a", uid: "uid-main" },
  spec: {},
};

const KINDS = [CONFIG_MAPS, SERVICES, SECRETS, DEPLOYMENTS];

const managed = { image: "gateway:1" };

function made(type: ResourceType, name: string, change: object = {}): MadeObject {
  const { metadata: owner, apiVersion, kind } = GATEWAY;
  const reference = { apiVersion, kind, name: owner.name, uid: owner.uid, controller: true };
  const labels = { "app.kubernetes.io/managed-by": "gatehouse" };
  const metadata = { name, namespace: "a", labels, ownerReferences: [reference], ...change };
  return { type, object: { metadata } };
}

const former = (objects: readonly MadeObject[], delivery: Parameters<typeof planOf>[2] = {}) => {
  const plan = planOf(GATEWAY as Parameters<typeof planOf>[0], {}, delivery);
  return formerObjects(objects, plan).map(({ type, object }) => `${type.kind} ${object.metadata.name}`);
};

const named = (name: string) => KINDS.map((type) => made(type, name));

describe("former objects", () => {
  test("are those under names that the class does not give, Deployments first and what their Pods mount last", () => {
    const objects = [...named("main-gateway"), ...named("old")];
    expect(former(objects, { managed })).toEqual(["Deployment old", "Service old", "Secret old", "ConfigMap old"]);
  });

  test("are Deployment and Service of the same name where the class makes none", () => {
    expect(former(named("main-gateway"))).toEqual(["Deployment main-gateway", "Service main-gateway"]);
  });

  test("are told apart by kind", () => {
    const delivery = { configMapName: "one", secretName: "two", managed };
    const objects = [...named("one"), ...named("two")];
    expect(former(objects, delivery)).toEqual(["Deployment two", "Service two", "Secret one", "ConfigMap two"]);
  });

  test("is no Deployment that the class has restarted, whoever made it", () => {
    expect(former(named("old"), { rollout: { deployment: "old" } })).not.toContain("Deployment old");
  });

  test.each([
    ["another's", { ownerReferences: [{ ...other(), uid: "uid-another" }] }],
    ["that of an object of the same name before it", { ownerReferences: [{ ...other(), name: "main", uid: "uid-0" }] }],
    ["nobody's", { ownerReferences: [] }],
    ["owned, but not controlled", { ownerReferences: [{ ...other(), uid: "uid-main", controller: false }] }],
    ["without our label", { labels: {} }],
    ["somebody else's by its label", { labels: { "app.kubernetes.io/managed-by": "Helm" } }],
    ["about to go", { deletionTimestamp: "2026-01-01T00:00:00Z" }],
    ["in another namespace", { namespace: "b" }],
  ])("are none that is %s", (_what, change) => {
    expect(former(KINDS.map((type) => made(type, "old", change)))).toEqual([]);
  });
});

function other() {
  return { apiVersion: API_VERSION, kind: "AIGatewayConfig", name: "other", controller: true };
}

function going(verification: Verification | undefined, enough: number): readonly string[] {
  return formerToGo(named("old"), verification, enough).map(({ type }) => type.kind);
}

function said(verified: number, reason?: Verification["reason"]): Verification {
  return { instances: 3, verified, differing: 0, ...(reason && { reason }) };
}

describe("what the gateway's instances say", () => {
  test.each([
    ["nobody is asked", undefined, ["ConfigMap", "Service", "Secret", "Deployment"]],
    ["all run the configuration", said(3), ["ConfigMap", "Service", "Secret", "Deployment"]],
    ["those that take their place do, and their own Pods cannot", said(2, "HashMismatch"), ["Service", "Deployment"]],
    ["too few do yet", said(1, "Verifying"), []],
    ["nobody is there", said(0, "NoInstances"), []],
  ])("decides what goes: %s", (_what, verification, kinds) => {
    expect(going(verification, 2)).toEqual(kinds);
  });
});
