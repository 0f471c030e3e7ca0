import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CLEANUP_FINALIZER, CONFIG_HASH_ANNOTATION } from "#api/controller-names.ts";
import { API_VERSION } from "#api/kind.ts";
import type { Client } from "#kube/client.ts";
import { SYSTEM_CLOCK } from "#kube/clock.ts";
import { ClusterClient } from "#kube/cluster-client.ts";
import { kubeconfigConnection } from "#kube/kubeconfig.ts";
import type { Resource, ResourceType } from "#kube/resource.ts";
import type { PushOutcome } from "../../src/controller/admin/admin-api.ts";
import { CLASSES } from "../../src/controller/classes/class-reconciler.ts";
import { CONFIG_MAPS, SECRETS } from "../../src/controller/delivered-objects.ts";
import { deliver } from "../../src/controller/delivery/deliver.ts";
import type { DeliveryOutcome, Plan } from "../../src/controller/delivery/delivery.ts";
import type { DataObject } from "../../src/controller/delivery/wanted-objects.ts";
import { GATEWAYS } from "../../src/controller/gateways.ts";
import { describeOnControlPlane } from "../support/control-plane/connect.ts";
import { endingAfter, planOf, type StoredGateway } from "../support/delivery-plan.ts";
import { installCustomResourceDefinitions } from "../support/gatehouse/install.ts";
import { heldClass } from "../support/held-class.ts";

describeOnControlPlane("what is delivered, on a real API server", (plane) => {
  let client: ClusterClient;
  const signal = new AbortController().signal;
  const drifts: string[] = [];
  /** Gateways for which their class is held, as no cache shows their finalizer yet. */
  const expected = new Set<string>();

  beforeAll(async () => {
    const connection = await kubeconfigConnection({ paths: [plane.kubeconfig], clock: SYSTEM_CLOCK });
    client = new ClusterClient({ connection, clock: SYSTEM_CLOCK, userAgent: "delivery" });
    await installCustomResourceDefinitions(plane);
    const metadata = { name: plane.namespace };
    const spec = { adapter: "caddy" };
    await client.create(CLASSES, { apiVersion: API_VERSION, kind: "AIGatewayClass", metadata, spec } as Resource);
  });
  afterAll(async () => {
    await client.patch(
      CLASSES,
      { name: plane.namespace },
      { kind: "merge", document: { metadata: { finalizers: null } } },
    );
    await client.delete(CLASSES, { name: plane.namespace });
    client[Symbol.dispose]();
  });

  async function gatewayNamed(name: string): Promise<StoredGateway> {
    const spec = { models: [{ name: "chat" }], routes: [{ path: "/", targetModel: "chat" }] };
    const metadata = { name, namespace: plane.namespace };
    return client.create<StoredGateway>(GATEWAYS, { apiVersion: API_VERSION, kind: "AIGatewayConfig", metadata, spec });
  }

  const carryOut = async (
    plan: Plan,
    {
      through = client,
      push = () => Promise.resolve({ type: "accepted", changed: true }),
    }: { through?: Client; push?: () => Promise<PushOutcome> } = {},
  ): Promise<DeliveryOutcome> =>
    deliver(
      plan,
      {
        client: through,
        fieldManager: "gatehouse",
        classes: await heldClass(through, plane.namespace, expected),
        push,
        mayRestart: () => true,
        mayManage: () => true,
        onDrift: (kind) => void drifts.push(kind),
      },
      signal,
    );

  const read = <R extends Resource = DataObject>(type: ResourceType, name: string): Promise<R> =>
    client.get<R>(type, { namespace: plane.namespace, name });
  const finalizersOf = async (type: ResourceType, name: string) => (await read(type, name)).metadata.finalizers ?? [];
  const versions = async (name: string) =>
    Promise.all([CONFIG_MAPS, SECRETS].map(async (type) => (await read(type, name)).metadata.resourceVersion));

  test("makes ConfigMap and Secret, and writes nothing when they are there", async () => {
    const gateway = await gatewayNamed("plain");
    expect(await carryOut(planOf(gateway))).toEqual({ type: "delivered", changed: true });
    const configMap = await read(CONFIG_MAPS, "plain-gateway");
    expect(configMap.data).toEqual({ "gateway.json": "{}", "notes.txt": "a" });
    expect(configMap.metadata).toMatchObject({
      labels: { "app.kubernetes.io/managed-by": "gatehouse" },
      annotations: { [CONFIG_HASH_ANNOTATION]: "hash-1" },
      ownerReferences: [{ kind: "AIGatewayConfig", name: "plain", controller: true }],
    });
    const secret = await read(SECRETS, "plain-gateway");
    expect(Buffer.from(secret.data?.["chat.credential"] ?? "", "base64").toString()).toBe("a-secret");

    const before = await versions("plain-gateway");
    expect(await carryOut(planOf(gateway))).toEqual({ type: "delivered", changed: false });
    expect(await versions("plain-gateway")).toEqual(before);
    const { metadata } = await read(GATEWAYS, "plain");
    expect(metadata.finalizers ?? []).toEqual([]); // nothing is outside of its namespace
  });

  test("takes away what is not wanted any more", async () => {
    const gateway = await gatewayNamed("shrinking");
    await carryOut(planOf(gateway));
    const rendered = { files: { "gateway.json": "{ }" }, secrets: {} };
    expect(await carryOut(planOf(gateway, { hash: "hash-2", rendered }))).toEqual({ type: "delivered", changed: true });
    expect((await read(CONFIG_MAPS, "shrinking-gateway")).data).toEqual({ "gateway.json": "{ }" });
    expect(Object.keys((await read(SECRETS, "shrinking-gateway")).data ?? {})).toEqual(["gatehouse-last-good.json"]);
  });

  describe("of drift", () => {
    test("what we wrote before ourselves is no drift", async () => {
      const gateway = await gatewayNamed("proceeding");
      await carryOut(planOf(gateway));
      drifts.length = 0;
      await carryOut(planOf({ ...gateway, status: DELIVERED }, { hash: "hash-2" }));
      expect(drifts).toEqual([]);
    });

    test("labels and annotations of others stay, and are no drift", async () => {
      const gateway = await gatewayNamed("annotated");
      await carryOut(planOf(gateway));
      const document = { metadata: { labels: { team: "a" }, annotations: { note: "b" } } };
      const name = { namespace: plane.namespace, name: "annotated-gateway" };
      await client.patch(CONFIG_MAPS, name, { kind: "merge", document });
      expect(await carryOut(planOf(gateway))).toEqual({ type: "delivered", changed: false });
      await carryOut(planOf(gateway, { hash: "hash-2" }));
      expect((await read(CONFIG_MAPS, "annotated-gateway")).metadata).toMatchObject(document.metadata);
    });
  });

  describe("leaves alone", () => {
    test.each([
      ["ConfigMap", CONFIG_MAPS],
      ["Secret", SECRETS],
    ] as const)("a %s of the name that is somebody else's", async (kind, type) => {
      const name = `taken-${kind.toLowerCase()}`;
      const theirs: Resource = {
        apiVersion: "v1",
        kind,
        metadata: { name: `${name}-gateway`, namespace: plane.namespace },
      };
      const { metadata } = await client.create(type, theirs);
      const outcome = await carryOut(planOf(await gatewayNamed(name)));
      expect(outcome).toMatchObject({ type: "refused", reason: "NameCollision" });
      expect(outcome).toMatchObject({ message: expect.stringContaining(`${kind} ${name}-gateway`) as string });
      expect((await read(type, `${name}-gateway`)).metadata.resourceVersion).toBe(metadata.resourceVersion);
    });

    test("what does not fit, and says how much there is", async () => {
      const gateway = await gatewayNamed("large");
      const rendered = { files: { "gateway.json": "x".repeat(1_048_576) }, secrets: {} };
      const outcome = await carryOut(planOf(gateway, { rendered }));
      expect(outcome).toMatchObject({ type: "refused", reason: "TooLarge" });
      expect(outcome).toMatchObject({ message: expect.stringMatching(/1048588 bytes: must be at most/) as string });
      await expect(read(CONFIG_MAPS, "large-gateway")).rejects.toThrow("not found");
    });
  });

  describe("an admin API", () => {
    const DELIVERY = { adminAPI: { url: "http://{name}.{namespace}:2019" } };
    const rendered = { files: {}, secrets: {}, pushed: "{}" };

    test("is told only after the finalizers are stored, that of the class first, and the gateway's comes back", async () => {
      const gateway = await gatewayNamed("pushed");
      const seen: unknown[] = [];
      const push = async (): Promise<PushOutcome> => {
        expect(await finalizersOf(CLASSES, plane.namespace)).toEqual([CLEANUP_FINALIZER]);
        seen.push((await read(GATEWAYS, "pushed")).metadata.finalizers);
        return { type: "accepted", changed: true };
      };
      // Ended between the two, by the third request: a class is read, held, and then its gateway.
      const ended = carryOut(planOf(gateway, { rendered }, DELIVERY), { push, through: endingAfter(client, 2) });
      await expect(ended).rejects.toThrow("killed");
      expect(await finalizersOf(CLASSES, plane.namespace)).toEqual([CLEANUP_FINALIZER]);
      expect(await finalizersOf(GATEWAYS, "pushed")).toEqual([]);
      await carryOut(planOf(gateway, { rendered }, DELIVERY), { push });
      expect(seen).toEqual([[CLEANUP_FINALIZER]]);
      const stripped = await client.patch<StoredGateway>(GATEWAYS, gateway.metadata, {
        kind: "merge",
        document: { metadata: { finalizers: null } },
      });
      await carryOut(planOf(stripped, { rendered }, DELIVERY), { push });
      expect(seen).toEqual([[CLEANUP_FINALIZER], [CLEANUP_FINALIZER]]);
    });

    test("is told nothing for a gateway that was deleted while nobody saw it", async () => {
      const gateway = await gatewayNamed("deleted");
      const document = { metadata: { finalizers: ["example.com/other"] } };
      await client.patch(GATEWAYS, gateway.metadata, { kind: "merge", document });
      await client.delete(GATEWAYS, gateway.metadata);
      const told: string[] = [];
      const push = async (): Promise<PushOutcome> => {
        told.push("pushed");
        return { type: "accepted", changed: true };
      };
      const plan = planOf(gateway, { rendered }, DELIVERY);
      await expect(carryOut(plan, { push })).rejects.toThrow("deleted meanwhile");
      await client.patch(GATEWAYS, gateway.metadata, { kind: "merge", document: { metadata: { finalizers: null } } });
      await expect(carryOut(plan, { push })).rejects.toThrow("deleted meanwhile");
      expect(told).toEqual([]);
      expect([...expected]).not.toContain(`${plane.namespace}/deleted`);
    });

    test("that refuses is told with its reason", async () => {
      const gateway = await gatewayNamed("refusing");
      const outcome = await carryOut(planOf(gateway, { rendered }, DELIVERY), { push: refusePush });
      expect(outcome).toEqual({ type: "failed", reason: "ConfigurationRefused", message: "no" });
    });
  });
});

/** What the status of a gateway says of the first configuration. */
const DELIVERED = { configHash: "hash-1" };

function refusePush(): Promise<PushOutcome> {
  return Promise.resolve({ type: "rejected", status: 400, reason: "ConfigurationRefused", message: "no" });
}
