import { expect, test } from "vitest";
import { CLEANUP_FINALIZER, CONFIG_HASH_ANNOTATION } from "#api/controller-names.ts";
import type { AIGatewayClass } from "#api/kinds/ai-gateway-class.ts";
import { isConflict, isNotFound } from "#kube/kubernetes-error.ts";
import type { Resource } from "#kube/resource.ts";
import { CLASSES } from "../../src/controller/classes/class-reconciler.ts";
import { CONFIG_MAPS, DEPLOYMENTS, SECRETS, SERVICES } from "../../src/controller/delivered-objects.ts";
import type { Plan } from "../../src/controller/delivery/delivery.ts";
import type { DataObject } from "../../src/controller/delivery/wanted-objects.ts";
import { GATEWAYS } from "../../src/controller/gateways.ts";
import { describeOnControlPlane } from "../support/control-plane/connect.ts";
import { endingAfter, planOf, untilSettled } from "../support/delivery-plan.ts";
import { DeliveryScene, type DeploymentLike } from "../support/delivery-scene.ts";

describeOnControlPlane("a delivery that is ended at any request", (plane) => {
  const scene = new DeliveryScene(plane);

  /** Ends a first delivery after no request, one, two and so on, until it is whole; the rest is for the next leader. */
  async function everyEnd(
    kind: string,
    delivery: Delivery,
    look: (plan: Plan, name: string) => Promise<void>,
  ): Promise<number> {
    for (let requests = 0; ; requests += 1) {
      const name = `${kind}-${requests}`;
      if (delivery.rollout) await scene.deploymentNamed(`${name}-proxy`);
      const plain = planOf(await scene.gatewayNamed(name), { rendered: RENDERED }, delivery);
      const plan = {
        ...plain,
        gatewayClass: { ...plain.gatewayClass, spec: { adapter: "litellm" as const, delivery } },
      };
      const isWhole = await scene.carryOut(plan, endingAfter(scene.client, requests)).then(
        () => true,
        (error: unknown) => {
          // The Deployment's controller writes too, and a conflict is an end like another.
          if (isConflict(error) || (error instanceof Error && error.message === "killed")) return false;
          throw error;
        },
      );
      await untilSettled(() => scene.carryOut(plan));
      expect((await scene.read<DataObject>(CONFIG_MAPS, `${name}-gateway`)).data).toEqual(RENDERED.files);
      expect(Object.keys((await scene.read<DataObject>(SECRETS, `${name}-gateway`)).data ?? {})).toHaveLength(2);
      await look(plan, name);
      // Fields that we made and do not want any more go, wherever we were ended.
      await untilSettled(() => scene.carryOut({ ...plan, hash: "hash-2", rendered: { ...RENDERED, secrets: {} } }));
      expect(Object.keys((await scene.read<DataObject>(SECRETS, `${name}-gateway`)).data ?? {})).toHaveLength(1);
      if (isWhole) return requests;
    }
  }

  const template = async (name: string) => {
    const { metadata, spec } = await scene.read<DeploymentLike>(DEPLOYMENTS, name);
    return { generation: metadata.generation, hash: spec.template.metadata.annotations?.[CONFIG_HASH_ANNOTATION] };
  };

  test("to an admin API is carried to its end by the next, finalizers first, and given to the gateway once", async () => {
    const delivery = { adminAPI: { url: "http://{name}:2019" } };
    const ends = await everyEnd("pushed", delivery, async (_plan, name) => {
      expect((await scene.read(GATEWAYS, name)).metadata.finalizers).toEqual([CLEANUP_FINALIZER]);
      expect((await scene.client.get(CLASSES, { name: plane.namespace })).metadata.finalizers).toEqual([
        CLEANUP_FINALIZER,
      ]);
    });
    expect(scene.pushed).toEqual([RENDERED.pushed]);
    expect(ends).toBeGreaterThanOrEqual(7);
  });

  test("to a Deployment restarts it once, whoever does it, and once for the next configuration", async () => {
    const delivery = { rollout: { deployment: "{name}-proxy" } };
    const ends = await everyEnd("restarted", delivery, async (plan, name) => {
      expect(await template(`${name}-proxy`)).toEqual({ generation: 2, hash: "hash-1" });
      await untilSettled(() => scene.carryOut({ ...plan, hash: "hash-2" }));
      await untilSettled(() => scene.carryOut({ ...plan, hash: "hash-2" }));
      expect(await template(`${name}-proxy`)).toEqual({ generation: 3, hash: "hash-2" });
    });
    expect(ends).toBeGreaterThanOrEqual(7);
  });

  test("to a Deployment of the gateway's own makes it and its Service once, both wholly ours", async () => {
    const managed = { image: "gateway:1", replicas: 0, resources: { limits: { cpu: "1" } } };
    const ends = await everyEnd("managed", { managed }, async (plan, gateway) => {
      const name = `${gateway}-gateway`;
      expect(await template(name)).toEqual({ generation: 1, hash: "hash-1" });
      for (const type of [DEPLOYMENTS, SERVICES]) {
        const { metadata } = await scene.read<Managed>(type, name);
        expect(metadata.ownerReferences).toMatchObject([{ name: gateway, controller: true }]);
      }
      const spec = { adapter: "litellm" as const, delivery: { managed: { image: "gateway:2", replicas: 0 } } };
      await untilSettled(() => scene.carryOut({ ...plan, gatewayClass: { ...plan.gatewayClass, spec } }));
      const { spec: after, metadata } = await scene.read<Managed & DeploymentLike>(DEPLOYMENTS, name);
      expect(after.template.spec.containers).toEqual([expect.objectContaining({ image: "gateway:2", resources: {} })]);
      expect((await template(name)).generation).toBe(2);
      // What was created is, at the latest by now, as if it had been applied.
      expect(metadata.managedFields.map(({ manager }) => manager)).not.toContain("gatehouse-create");
    });
    expect(ends).toBeGreaterThanOrEqual(10);
  });

  test("and of which nothing was sent has left nothing", async () => {
    const gateway = await scene.gatewayNamed("untouched");
    await expect(scene.carryOut(planOf(gateway), endingAfter(scene.client, 1))).rejects.toThrow("killed");
    const secret = await scene
      .read<DataObject>(SECRETS, "untouched-gateway")
      .catch((error: unknown) => isNotFound(error));
    expect(secret).toBe(true);
  });
});

const RENDERED = { files: { "gateway.json": "{}" }, secrets: { "chat.credential": "a" }, pushed: "{}" };

type Delivery = NonNullable<AIGatewayClass["spec"]["delivery"]>;

interface Managed extends Resource {
  readonly metadata: Resource["metadata"] & {
    readonly managedFields: readonly { readonly manager: string; readonly operation: string }[];
  };
}
