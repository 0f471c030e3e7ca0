import { expect, test } from "vitest";
import { CONFIG_HASH_ANNOTATION } from "#api/controller-names.ts";
import { DEPLOYMENTS } from "../../src/controller/delivered-objects.ts";
import { describeOnControlPlane } from "../support/control-plane/connect.ts";
import { planOf, untilSettled } from "../support/delivery-plan.ts";
import { DeliveryScene, type DeploymentLike } from "../support/delivery-scene.ts";

describeOnControlPlane("a Deployment that has to be restarted", (plane) => {
  const scene = new DeliveryScene(plane);
  const DELIVERY = { rollout: { deployment: "{name}-proxy" } };

  test("gets the hash into its template, once", async () => {
    await scene.deploymentNamed("restarted-proxy");
    const gateway = await scene.gatewayNamed("restarted");
    await untilSettled(() => scene.carryOut(planOf(gateway, {}, DELIVERY)));
    const { spec, metadata } = await scene.read<DeploymentLike>(DEPLOYMENTS, "restarted-proxy");
    expect(spec.template.metadata.annotations).toEqual({ [CONFIG_HASH_ANNOTATION]: "hash-1" });
    expect(await scene.carryOut(planOf(gateway, {}, DELIVERY))).toEqual({ type: "delivered", changed: false });
    const { metadata: after } = await scene.read<DeploymentLike>(DEPLOYMENTS, "restarted-proxy");
    expect(after.generation).toBe(metadata.generation);
  });

  test.each([
    ["its template says another configuration", { hash: "hash-0", verify: {}, reason: "Programmed" }, 1],
    ["its template says nothing, and nobody can ask the gateway", { hash: null, reason: "DeliveredNotVerified" }, 1],
    ["its template says nothing, and the gateway runs another", { hash: null, verify: {}, reason: "HashMismatch" }, 1],
    ["its template says nothing, and the gateway nothing else", { hash: null, verify: {}, reason: "Verifying" }, 0],
  ] as const)("where %s, is restarted so often: %o", async (what, circumstances, restarts) => {
    const { hash, reason, verify } = { verify: undefined, ...circumstances };
    const name = what.replaceAll(/\W/g, "-");
    await scene.deploymentNamed(`${name}-proxy`);
    const gateway = await scene.gatewayNamed(name);
    const plan = planOf(gateway, {}, DELIVERY);
    await untilSettled(() => scene.carryOut(plan));
    const proxy = { namespace: plane.namespace, name: `${name}-proxy` };
    const annotations = { [CONFIG_HASH_ANNOTATION]: hash };
    const document = { spec: { template: { metadata: { annotations } } } };
    const { metadata } = await scene.client.patch<DeploymentLike>(DEPLOYMENTS, proxy, { kind: "merge", document });
    scene.drifts.length = 0;
    const programmed = { type: "Programmed", status: "False" as const, reason, lastTransitionTime: "", message: "" };
    const status = { ...DELIVERED, conditions: [programmed] };
    const gatewayClass = { ...plan.gatewayClass, spec: { ...plan.gatewayClass.spec, ...(verify && { verify }) } };
    const again = { ...plan, gateway: { ...gateway, status }, gatewayClass };
    const outcome = await untilSettled(() => scene.carryOut(again));
    expect(outcome).toEqual({ type: "delivered", changed: restarts > 0 });
    expect(await scene.carryOut(again)).toEqual({ type: "delivered", changed: false });
    const after = await scene.read<DeploymentLike>(DEPLOYMENTS, `${name}-proxy`);
    expect(Number(after.metadata.generation) - Number(metadata.generation)).toBe(restarts);
    expect(scene.drifts).toEqual(hash === "hash-0" ? ["Deployment"] : []);
  });

  test("and is not there is told by its name", async () => {
    const outcome = await scene.carryOut(planOf(await scene.gatewayNamed("lonely"), {}, DELIVERY));
    expect(outcome).toMatchObject({ type: "failed", reason: "DeploymentNotFound" });
    expect(outcome).toMatchObject({ message: expect.stringContaining("Deployment lonely-proxy") as string });
  });
});

/** What the status of a gateway says of the first configuration. */
const DELIVERED = { configHash: "hash-1" };
