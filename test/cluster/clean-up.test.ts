import { afterAll, beforeAll, expect, test } from "vitest";
import { CLEANUP_FINALIZER, SKIP_CLEANUP_ANNOTATION } from "#api/controller-names.ts";
import { API_VERSION } from "#api/kind.ts";
import { SYSTEM_CLOCK } from "#kube/clock.ts";
import { ClusterClient } from "#kube/cluster-client.ts";
import { addFinalizer } from "#kube/finalizers.ts";
import { kubeconfigConnection } from "#kube/kubeconfig.ts";
import type { PushOutcome } from "../../src/controller/admin/admin-api.ts";
import { cleanUp } from "../../src/controller/delivery/clean-up.ts";
import { GATEWAYS } from "../../src/controller/gateways.ts";
import { describeOnControlPlane } from "../support/control-plane/connect.ts";
import type { StoredGateway } from "../support/delivery-plan.ts";
import { installCustomResourceDefinitions } from "../support/gatehouse/install.ts";

describeOnControlPlane("an AIGatewayConfig that is being deleted", (plane) => {
  let client: ClusterClient;
  const signal = new AbortController().signal;

  beforeAll(async () => {
    const connection = await kubeconfigConnection({ paths: [plane.kubeconfig], clock: SYSTEM_CLOCK });
    client = new ClusterClient({ connection, clock: SYSTEM_CLOCK, userAgent: "clean-up" });
    await installCustomResourceDefinitions(plane);
  });
  afterAll(() => client[Symbol.dispose]());

  const read = (name: string) => client.get<StoredGateway>(GATEWAYS, { namespace: plane.namespace, name });
  const isGone = async (name: string) => (await Promise.allSettled([read(name)]))[0]?.status === "rejected";

  async function deleted(name: string, annotations: Readonly<Record<string, string>> = {}): Promise<StoredGateway> {
    const spec = { models: [{ name: "chat" }], routes: [{ path: "/", targetModel: "chat" }] };
    const metadata = { name, namespace: plane.namespace, annotations };
    const gateway = { apiVersion: API_VERSION, kind: "AIGatewayConfig" as const, metadata, spec };
    const object = await client.create<StoredGateway>(GATEWAYS, gateway);
    await addFinalizer<StoredGateway>({ client, type: GATEWAYS, object }, CLEANUP_FINALIZER);
    await client.delete(GATEWAYS, object.metadata);
    return read(name);
  }

  const clean = (gateway: StoredGateway, outcome: PushOutcome, isNamespaceTerminating = false) => {
    const empty = () => Promise.resolve(outcome);
    return cleanUp(gateway, { client, empty, isNamespaceTerminating }, signal);
  };
  const DOWN = { type: "unreachable", message: "http://admin does not answer" } as const;

  test("goes when its gateway is emptied", async () => {
    const gateway = await deleted("emptied");
    expect(await clean(gateway, { type: "accepted", changed: true })).toEqual({ type: "cleaned", how: "Emptied" });
    expect(await isGone("emptied")).toBe(true);
  });

  test("stays while its gateway is down, and says how to let it go", async () => {
    const gateway = await deleted("staying");
    const outcome = await clean(gateway, DOWN);
    expect(outcome).toMatchObject({ type: "failed", reason: "Unreachable" });
    expect(outcome).toMatchObject({ message: expect.stringContaining(SKIP_CLEANUP_ANNOTATION) as string });
    expect(await isGone("staying")).toBe(false);
    await clean(gateway, { type: "accepted", changed: true });
  });

  test("goes when it is forced, without a word to its gateway", async () => {
    const gateway = await deleted("forced", { [SKIP_CLEANUP_ANNOTATION]: "true" });
    let asked = 0;
    const empty = () => {
      asked += 1;
      return undefined;
    };
    const outcome = await cleanUp(gateway, { client, empty, isNamespaceTerminating: false }, signal);
    expect(asked).toBe(0);
    expect(outcome).toEqual({ type: "cleaned", how: "Skipped" });
    expect(await isGone("forced")).toBe(true);
  });

  test("goes when there is no class any more that says where its gateway is, and says that nobody was asked", async () => {
    const gateway = await deleted("classless");
    const outcome = await cleanUp(gateway, { client, empty: () => undefined, isNamespaceTerminating: false }, signal);
    expect(outcome).toEqual({ type: "cleaned", how: "Skipped" });
    expect(await isGone("classless")).toBe(true);
  });

  test("goes with its namespace, whatever its gateway says", async () => {
    const gateway = await deleted("terminating");
    expect(await clean(gateway, DOWN, true)).toEqual({ type: "cleaned", how: "Skipped" });
    expect(await isGone("terminating")).toBe(true);
  });
});
