import { expect, test } from "vitest";
import { CLEANUP_FINALIZER } from "#api/controller-names.ts";
import { CONTROLLER_NAME } from "#api/kinds/ai-gateway-class.ts";
import type { Client, Patch } from "#kube/client.ts";
import { KubernetesError } from "#kube/kubernetes-error.ts";
import type { Resource, ResourceType } from "#kube/resource.ts";
import { deleteLeftovers, leftoversOf } from "./delete-leftovers.ts";
import { deleteWebhooks } from "./delete-webhooks.ts";
import { releaseObjects } from "./release-objects.ts";
import { scaleDown } from "./scale-down.ts";
import { serversEnded } from "./servers-ended.ts";

const INSTALLATION = {
  name: "guard",
  namespace: "guard-system",
  controllerName: CONTROLLER_NAME,
  leftovers: leftoversOf("leases/guard, secrets/guard-ca"),
};
const OURS = { "app.kubernetes.io/name": "gatehouse" };
const NOT_FOUND = new KubernetesError("not found", { code: 404, reason: "NotFound" });
const signal = new AbortController().signal;

/** A cluster that holds these objects by `plural/name`, and what it was asked to do. */
function cluster(
  objects: Readonly<Record<string, Resource>>,
  refuse: (name: string) => KubernetesError | undefined = () => undefined,
) {
  const writes: string[] = [];
  const stored = new Map(Object.entries(objects));
  const find = ({ plural }: ResourceType, name: string) => {
    const object = stored.get(`${plural}/${name}`);
    return object ? Promise.resolve(object) : Promise.reject(NOT_FOUND);
  };
  const client = {
    get: (type: ResourceType, { name }: { name: string }) => find(type, name),
    list: ({ plural }: ResourceType) =>
      Promise.resolve({
        items: [...stored].filter(([key]) => key.startsWith(`${plural}/`)).map(([, object]) => object),
      }),
    patch: (type: ResourceType, { name }: { name: string }, patch: Patch, options?: { subresource?: string }) => {
      const fault = refuse(name);
      if (fault) return Promise.reject(fault);
      const document = patch.kind === "merge" ? patch.document : {};
      writes.push(`patch ${type.plural}/${name} ${options?.subresource ?? ""} ${JSON.stringify(document)}`);
      return find(type, name);
    },
    delete: (type: ResourceType, { name }: { name: string }) => {
      writes.push(`delete ${type.plural}/${name}`);
      const key = `${type.plural}/${name}`;
      return stored.delete(key) ? Promise.resolve() : Promise.reject(NOT_FOUND);
    },
  } as unknown as Client;
  return { client, writes };
}

function gateway(name: string, finalizers: readonly string[], controllerName?: string): Resource {
  const metadata = { name, namespace: "shop", uid: name, resourceVersion: "1", finalizers };
  return { metadata, ...(controllerName !== undefined && { status: { controllerName } }) };
}

const faulty = () => Promise.reject(new TypeError("fault"));

/** A list of what has no CRD any more. */
const withoutDefinition = () => Promise.reject(NOT_FOUND);

test("scales our Deployment to 0", async () => {
  const { client, writes } = cluster({ "deployments/guard": { metadata: { name: "guard", labels: OURS } } });
  expect(await scaleDown(client, INSTALLATION, signal)).toEqual({
    done: "Deployment guard-system/guard is scaled to 0",
  });
  expect(writes).toEqual(['patch deployments/guard scale {"spec":{"replicas":0}}']);
});

test("waits for servers by name", async () => {
  const { client } = cluster({ "pods/guard-1": { metadata: { name: "guard-1" } } });
  expect(await serversEnded(client, INSTALLATION, signal)).toEqual({ notYet: "waiting for servers to end: guard-1" });
});

test("deletes both webhook configurations", async () => {
  const { client, writes } = cluster({
    "validatingwebhookconfigurations/guard": { metadata: { name: "guard", labels: OURS } },
    "mutatingwebhookconfigurations/guard": { metadata: { name: "guard", labels: OURS } },
  });
  await deleteWebhooks(client, INSTALLATION, signal);
  expect(writes).toEqual([
    "delete validatingwebhookconfigurations/guard",
    "delete mutatingwebhookconfigurations/guard",
  ]);
});

test.each([
  ["Deployment", "deployments/guard", scaleDown],
  ["ValidatingWebhookConfiguration", "validatingwebhookconfigurations/guard", deleteWebhooks],
])("leaves a %s alone that is none of ours", async (kind, key, step) => {
  const { client, writes } = cluster({ [key]: { metadata: { name: "guard" } } });
  await expect(step(client, INSTALLATION, signal)).rejects.toThrow(`${kind} guard must have the label`);
  expect(writes).toEqual([]);
});

test("deletes leftovers in their order", async () => {
  const { client, writes } = cluster({ "secrets/guard-ca": { metadata: { name: "guard-ca" } } });
  await deleteLeftovers(client, INSTALLATION, signal);
  expect(writes).toEqual(["delete leases/guard", "delete secrets/guard-ca"]);
});

test.each(["secrets", "secrets/", "deployments/guard", "secrets/a/b"])("refuses '%s' as a leftover", (text) => {
  expect(() => leftoversOf(text)).toThrow(`must be RESOURCE/NAME with commas between them`);
});

function gatewayClass(name: string, controllerName?: string): Resource {
  const metadata = { name, uid: name, resourceVersion: "1", finalizers: [CLEANUP_FINALIZER] };
  const spec = controllerName === undefined ? {} : { controllerName };
  return { metadata, spec } as Resource;
}

test("removes our finalizer alone, from our gateways and classes alone", async () => {
  const { client, writes } = cluster({
    "aigatewayconfigs/a": gateway("a", ["example.com/theirs", CLEANUP_FINALIZER], CONTROLLER_NAME),
    "aigatewayconfigs/b": gateway("b", [CLEANUP_FINALIZER]),
    "aigatewayconfigs/c": gateway("c", [CLEANUP_FINALIZER], "example.com/another"),
    "aigatewayconfigs/d": gateway("d", ["example.com/theirs"], CONTROLLER_NAME),
    "aigatewayclasses/e": gatewayClass("e"),
    "aigatewayclasses/f": gatewayClass("f", "example.com/another"),
  });
  expect(await releaseObjects(client, INSTALLATION, signal)).toEqual({
    done: "finalizers are removed from 3 objects",
  });
  expect(writes).toEqual([
    'patch aigatewayconfigs/a  {"metadata":{"uid":"a","resourceVersion":"1","finalizers":["example.com/theirs"]}}',
    'patch aigatewayconfigs/b  {"metadata":{"uid":"b","resourceVersion":"1","finalizers":[]}}',
    'patch aigatewayclasses/e  {"metadata":{"uid":"e","resourceVersion":"1","finalizers":[]}}',
  ]);
});

test("goes on past a gateway that cannot be changed, and names it", async () => {
  const invalid = new KubernetesError("spec.models is invalid", { code: 422, reason: "Invalid" });
  const { client, writes } = cluster(
    {
      "aigatewayconfigs/a": gateway("a", [CLEANUP_FINALIZER]),
      "aigatewayconfigs/b": gateway("b", [CLEANUP_FINALIZER]),
    },
    (name) => (name === "a" ? invalid : undefined),
  );
  expect(await releaseObjects(client, INSTALLATION, signal)).toEqual({
    notYet: "1 of 2 objects keep the finalizer, such as AIGatewayConfig shop/a: spec.models is invalid",
  });
  expect(writes).toHaveLength(1);
});

test("throws what is a fault of ours", async () => {
  const { client } = cluster({ "aigatewayconfigs/a": gateway("a", [CLEANUP_FINALIZER]) });
  await expect(releaseObjects({ ...client, patch: faulty }, INSTALLATION, signal)).rejects.toThrow("fault");
});

test("does nothing, and says so, where all is gone", async () => {
  const { client } = cluster({});
  const steps = [scaleDown, serversEnded, deleteWebhooks, deleteLeftovers];
  expect(await Promise.all(steps.map((step) => step(client, INSTALLATION, signal)))).toEqual([
    { done: "Deployment guard-system/guard is not there" },
    { done: "no server runs any more" },
    { done: "webhook configurations guard are gone" },
    { done: "leftovers are gone: leases/guard, secrets/guard-ca" },
  ]);
  expect(await releaseObjects({ ...client, list: withoutDefinition }, INSTALLATION, signal)).toEqual({
    done: "finalizers are removed from 0 objects",
  });
});
