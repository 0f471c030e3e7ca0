import { afterAll, beforeAll } from "vitest";
import { API_VERSION } from "#api/kind.ts";
import type { AIGatewayClass } from "#api/kinds/ai-gateway-class.ts";
import type { Client } from "#kube/client.ts";
import { SYSTEM_CLOCK } from "#kube/clock.ts";
import { ClusterClient } from "#kube/cluster-client.ts";
import { kubeconfigConnection } from "#kube/kubeconfig.ts";
import type { Resource, ResourceType } from "#kube/resource.ts";
import type { PushOutcome } from "../../src/controller/admin/admin-api.ts";
import { CLASSES } from "../../src/controller/classes/class-reconciler.ts";
import { DEPLOYMENTS } from "../../src/controller/delivered-objects.ts";
import { deliver } from "../../src/controller/delivery/deliver.ts";
import type { DeliveryOutcome, Plan } from "../../src/controller/delivery/delivery.ts";
import { GATEWAYS } from "../../src/controller/gateways.ts";
import type { SuiteControlPlane } from "./control-plane/connect.ts";
import type { StoredGateway } from "./delivery-plan.ts";
import { installCustomResourceDefinitions } from "./gatehouse/install.ts";
import { heldClass } from "./held-class.ts";

/** Deliveries in the suite's namespace, carried out on the real API server, with a gateway that takes everything. */
export class DeliveryScene {
  /** Kinds of the objects that had been changed by others. */
  readonly drifts: string[] = [];
  /** What gateways were given, one after the other. */
  readonly pushed: string[] = [];
  readonly #plane: SuiteControlPlane;
  #client: ClusterClient | undefined;

  constructor(plane: SuiteControlPlane) {
    this.#plane = plane;
    beforeAll(async () => {
      const connection = await kubeconfigConnection({ paths: [plane.kubeconfig], clock: SYSTEM_CLOCK });
      this.#client = new ClusterClient({ connection, clock: SYSTEM_CLOCK, userAgent: "delivery" });
      await installCustomResourceDefinitions(plane);
      const metadata = { name: plane.namespace };
      const spec = { adapter: "caddy" as const };
      await this.client.create<GatewayClass>(CLASSES, {
        apiVersion: API_VERSION,
        kind: "AIGatewayClass",
        metadata,
        spec,
      });
    });
    afterAll(async () => {
      const document = { metadata: { finalizers: null } };
      await this.client.patch(CLASSES, { name: plane.namespace }, { kind: "merge", document });
      await this.client.delete(CLASSES, { name: plane.namespace });
      this.#client?.[Symbol.dispose]();
    });
  }

  get client(): ClusterClient {
    if (!this.#client) throw new Error("the client is there only while tests run");
    return this.#client;
  }

  gatewayNamed(name: string): Promise<StoredGateway> {
    const spec = { models: [{ name: "chat" }], routes: [{ path: "/", targetModel: "chat" }] };
    const metadata = { name, namespace: this.#plane.namespace };
    const gateway = { apiVersion: API_VERSION, kind: "AIGatewayConfig" as const, metadata, spec };
    return this.client.create<StoredGateway>(GATEWAYS, gateway);
  }

  /** Without Pods. */
  deploymentNamed(name: string): Promise<DeploymentLike> {
    const labels = { app: name };
    const template = { metadata: { labels }, spec: { containers: [{ name: "a", image: "a" }] } };
    const spec = { replicas: 0, selector: { matchLabels: labels }, template };
    const metadata = { name, namespace: this.#plane.namespace };
    const deployment = { apiVersion: "apps/v1", kind: "Deployment", metadata, spec };
    return this.client.create<DeploymentLike>(DEPLOYMENTS, deployment);
  }

  read<R extends Resource>(type: ResourceType, name: string): Promise<R> {
    return this.client.get<R>(type, { namespace: this.#plane.namespace, name });
  }

  async carryOut(plan: Plan, through: Client = this.client): Promise<DeliveryOutcome> {
    const options = {
      client: through,
      fieldManager: "gatehouse",
      classes: await heldClass(through, this.#plane.namespace),
      push: (_plan: Plan, body: string): Promise<PushOutcome> => {
        const changed = this.pushed.at(-1) !== body;
        if (changed) this.pushed.push(body);
        return Promise.resolve({ type: "accepted", changed });
      },
      mayRestart: () => true,
      mayManage: () => true,
      onDrift: (kind: string) => void this.drifts.push(kind),
    };
    return deliver(plan, options, new AbortController().signal);
  }
}

type GatewayClass = AIGatewayClass & Resource;

export interface DeploymentLike extends Resource {
  readonly spec: {
    readonly template: {
      readonly metadata: Pick<Resource["metadata"], "annotations" | "labels">;
      readonly spec: { readonly containers: readonly object[] };
    };
  };
}
