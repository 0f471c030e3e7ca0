import { expect, test } from "vitest";
import type { Client, Patch } from "#kube/client.ts";
import { NotLeaderError } from "#kube/guarded-client.ts";
import { KubernetesError } from "#kube/kubernetes-error.ts";
import type { Resource, ResourceMetadata, ResourceType } from "#kube/resource.ts";
import { createLogger } from "#observability/logger.ts";
import { ManualClock } from "../../test/support/manual-clock.ts";
import { VALIDATING_WEBHOOKS } from "./cluster-objects.ts";
import { OwnedByNamespace } from "./owned-by-namespace.ts";

const OWNED = { apiVersion: "v1", kind: "Namespace", name: "guard", uid: "1" };
const ROLES: ResourceType = {
  group: "rbac.authorization.k8s.io",
  version: "v1",
  plural: "clusterroles",
  kind: "ClusterRole",
  namespaced: false,
};

type Stored = Partial<ResourceMetadata>;

/** Runs over a cluster that holds these objects by `plural/name`, and remembers what was applied. */
function start(objects: Record<string, Stored>, refusal?: Error) {
  const applied: Record<string, unknown>[] = [];
  const stored = new Map<string, Stored>([["namespaces/guard", { uid: "1" }], ...Object.entries(objects)]);
  const find = (type: ResourceType, name: string): Resource => {
    const metadata = stored.get(`${type.plural}/${name}`);
    if (!metadata) throw new KubernetesError("not found", { code: 404, reason: "NotFound" });
    return { metadata: { name, uid: `uid-of-${name}`, resourceVersion: "7", ...metadata } };
  };
  const client = {
    get: async (type: ResourceType, { name }: { name: string }) => find(type, name),
    patch: async (type: ResourceType, { name }: { name: string }, patch: Patch) => {
      if (refusal) throw refusal;
      if (patch.kind !== "apply") throw new Error(patch.kind);
      applied.push({ ...patch.object, fieldManager: patch.fieldManager });
      stored.set(`${type.plural}/${name}`, (patch.object as Resource).metadata);
      return find(type, name);
    },
  } as unknown as Client;
  const warnings: string[] = [];
  const logger = createLogger("silent");
  logger.warn = ((_fields: object, message: string) => void warnings.push(message)) as typeof logger.warn;
  const clock = new ManualClock();
  const stop = new AbortController();
  const names = [
    { type: VALIDATING_WEBHOOKS, name: "guard" },
    { type: ROLES, name: "guard-editor" },
  ];
  const running = new OwnedByNamespace({ client, namespace: "guard", objects: names, clock, logger }).run(stop.signal);
  const end = async () => {
    stop.abort();
    await running;
  };
  return { applied, stored, warnings, clock, end };
}

test("the namespace becomes the owner of each object, as it was read, and nothing else is applied", async () => {
  const { applied, clock, end } = start({
    "validatingwebhookconfigurations/guard": {},
    "clusterroles/guard-editor": {},
  });
  await clock.pass(0);
  await end();
  expect(applied).toEqual([
    {
      apiVersion: "admissionregistration.k8s.io/v1",
      kind: "ValidatingWebhookConfiguration",
      metadata: { name: "guard", uid: "uid-of-guard", resourceVersion: "7", ownerReferences: [OWNED] },
      fieldManager: "gatehouse-namespace",
    },
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRole",
      metadata: { name: "guard-editor", uid: "uid-of-guard-editor", resourceVersion: "7", ownerReferences: [OWNED] },
      fieldManager: "gatehouse-namespace",
    },
  ]);
});

test("what has the owner is left alone, and an owner of that name from before is replaced", async () => {
  const { applied, clock, end } = start({
    "validatingwebhookconfigurations/guard": { ownerReferences: [OWNED] },
    "clusterroles/guard-editor": { ownerReferences: [{ ...OWNED, uid: "0" }] },
  });
  await clock.pass(0);
  await end();
  expect(applied).toMatchObject([{ metadata: { name: "guard-editor", ownerReferences: [OWNED] } }]);
});

test("what is not there yet is owned a moment later, and what is made anew within minutes", async () => {
  const { applied, stored, clock, end } = start({ "clusterroles/guard-editor": { ownerReferences: [OWNED] } });
  await clock.pass(1000);
  stored.set("validatingwebhookconfigurations/guard", {});
  await clock.pass(2000);
  expect(applied).toHaveLength(1);
  stored.set("validatingwebhookconfigurations/guard", {});
  await clock.pass(300_000);
  await end();
  expect(applied).toHaveLength(2);
});

test("a refusal is told once for each object, and tried again", async () => {
  const forbidden = new KubernetesError("may not", { code: 403, reason: "Forbidden" });
  const { warnings, clock, end } = start(
    { "validatingwebhookconfigurations/guard": {}, "clusterroles/guard-editor": {} },
    forbidden,
  );
  await clock.pass(10_000);
  await end();
  expect(warnings).toEqual(["does not go with its namespace yet", "does not go with its namespace yet"]);
});

test("losing the lease is no refusal", async () => {
  const { warnings, clock, end } = start(
    { "validatingwebhookconfigurations/guard": {} },
    new NotLeaderError("not the leader"),
  );
  await clock.pass(10_000);
  await end();
  expect(warnings).toEqual([]);
});
