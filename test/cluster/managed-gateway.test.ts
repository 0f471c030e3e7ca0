import { afterAll, beforeAll, expect, test } from "vitest";
import { API_VERSION } from "#api/kind.ts";
import { SYSTEM_CLOCK } from "#kube/clock.ts";
import { ClusterClient } from "#kube/cluster-client.ts";
import { kubeconfigConnection } from "#kube/kubeconfig.ts";
import type { Resource, ResourceType } from "#kube/resource.ts";
import { DEPLOYMENTS, SERVICES } from "../../src/controller/delivered-objects.ts";
import { deliver } from "../../src/controller/delivery/deliver.ts";
import type { DeliveryOutcome, Plan } from "../../src/controller/delivery/delivery.ts";
import { GATEWAYS } from "../../src/controller/gateways.ts";
import { describeOnControlPlane } from "../support/control-plane/connect.ts";
import { planOf, type StoredGateway, untilSettled } from "../support/delivery-plan.ts";
import { installCustomResourceDefinitions } from "../support/gatehouse/install.ts";

describeOnControlPlane("a gateway that is made for its AIGatewayConfig", (plane) => {
  let client: ClusterClient;
  const drifts: string[] = [];

  beforeAll(async () => {
    const connection = await kubeconfigConnection({ paths: [plane.kubeconfig], clock: SYSTEM_CLOCK });
    client = new ClusterClient({ connection, clock: SYSTEM_CLOCK, userAgent: "managed" });
    await installCustomResourceDefinitions(plane);
  });
  afterAll(() => client[Symbol.dispose]());

  async function gatewayNamed(name: string): Promise<StoredGateway> {
    const spec = { models: [{ name: "chat" }], routes: [{ path: "/", targetModel: "chat" }] };
    const metadata = { name, namespace: plane.namespace };
    return client.create<StoredGateway>(GATEWAYS, { apiVersion: API_VERSION, kind: "AIGatewayConfig", metadata, spec });
  }

  const carryOut = (plan: Plan, mayManage = true): Promise<DeliveryOutcome> =>
    deliver(
      plan,
      {
        client,
        fieldManager: "gatehouse",
        classes: { hold: () => Promise.resolve(undefined), letGo: () => undefined },
        push: () => Promise.resolve({ type: "accepted", changed: true }),
        mayRestart: () => true,
        mayManage: () => mayManage,
        onDrift: (kind) => void drifts.push(kind),
      },
      new AbortController().signal,
    );

  const read = (type: ResourceType, name: string): Promise<Resource> =>
    client.get(type, { namespace: plane.namespace, name });

  const managed = { image: "gateway:1", replicas: 2, resources: { limits: { cpu: "1000m" } }, service: { port: 8000 } };

  test.each(["json", "envoy", "litellm", "caddy"] as const)(
    "of %s gets a Deployment and a Service, which are written once and repaired",
    async (adapter) => {
      const gateway = await gatewayNamed(`own-${adapter}`);
      const plain = planOf(gateway, {}, { managed });
      const plan = { ...plain, gatewayClass: { ...plain.gatewayClass, spec: { adapter, delivery: { managed } } } };
      // The Deployment's controller writes to it from the first moment: conflicts are tried again.
      await untilSettled(() => carryOut(plan));
      const name = `own-${adapter}-gateway`;
      const [deployment, service] = [await read(DEPLOYMENTS, name), await read(SERVICES, name)];
      expect(deployment).toMatchObject({
        metadata: { ownerReferences: [{ name: `own-${adapter}`, controller: true }] },
        spec: {
          replicas: 2,
          template: {
            spec: {
              automountServiceAccountToken: false,
              containers: [{ image: "gateway:1", securityContext: { readOnlyRootFilesystem: true } }],
            },
          },
        },
      });
      expect(service).toMatchObject({ spec: { ports: [{ port: 8000, targetPort: "http" }] } });
      expect(await carryOut(plan)).toEqual({ type: "delivered", changed: false });

      const namespace = { namespace: plane.namespace, name };
      await client.patch(DEPLOYMENTS, namespace, { kind: "merge", document: { spec: { replicas: 0 } } });
      await client.delete(SERVICES, namespace);
      drifts.length = 0;
      const status = { configHash: "hash-1" };
      const again = { ...plan, gateway: { ...gateway, status } };
      await untilSettled(() => carryOut(again));
      expect(drifts).toEqual(["Deployment", "Service"]);
      expect(await read(DEPLOYMENTS, name)).toMatchObject({ spec: { replicas: 2 } });
      expect(await carryOut(again)).toEqual({ type: "delivered", changed: false });
    },
  );

  test("is changed with its class, which is no drift, and not restarted because somebody took off what restarts it", async () => {
    const gateway = await gatewayNamed("own");
    const spec = { adapter: "litellm" as const, delivery: { managed }, verify: {} };
    const plain = planOf({ ...gateway, status: { configHash: "hash-1" } }, {}, { managed });
    const plan = { ...plain, gatewayClass: { ...plain.gatewayClass, spec } };
    await untilSettled(() => carryOut(plan));
    drifts.length = 0;
    const delivery = { managed: { ...managed, image: "gateway:2" } };
    const edited = { ...plan, gatewayClass: { ...plan.gatewayClass, spec: { ...spec, delivery } } };
    await untilSettled(() => carryOut(edited));
    expect(await read(DEPLOYMENTS, "own-gateway")).toMatchObject({
      spec: { template: { spec: { containers: [{ image: "gateway:2" }] } } },
    });
    expect(drifts).toEqual([]);

    const name = { namespace: plane.namespace, name: "own-gateway" };
    const stripped = { metadata: { annotations: null } };
    await client.patch(DEPLOYMENTS, name, { kind: "merge", document: { spec: { template: stripped } } });
    expect(await carryOut(edited)).toEqual({ type: "delivered", changed: false });
    await client.patch(DEPLOYMENTS, name, { kind: "merge", document: stripped });
    await untilSettled(() => carryOut(edited));
    expect(drifts).toContain("Deployment");
    expect(await carryOut(edited)).toEqual({ type: "delivered", changed: false });
  });

  test.each([
    ["{name}.gateway", "must begin with a letter, and hold at most 63"],
    ["Not_A_Name", "must hold at most 253 lower-case letters"],
  ])("is not made under %j", async (configMapName, allowed) => {
    const plan = planOf(await gatewayNamed(`named-${allowed.length}`), {}, { managed, configMapName });
    const outcome = await carryOut(plan);
    expect(outcome).toMatchObject({ type: "refused", reason: "InvalidName" });
    expect(outcome).toMatchObject({ message: expect.stringContaining(allowed) as string });
  });

  test("is not made where that is not permitted, and the value to set is named", async () => {
    const plan = planOf(await gatewayNamed("unpermitted"), {}, { managed });
    const outcome = await carryOut(plan, false);
    expect(outcome).toMatchObject({ type: "refused", reason: "DeliveryNotPermitted" });
    expect(outcome).toMatchObject({ message: expect.stringContaining("managedNamespaces of the chart") as string });
  });
});
