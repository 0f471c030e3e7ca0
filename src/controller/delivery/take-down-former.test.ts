import { expect, test } from "vitest";
import { API_VERSION } from "#api/kind.ts";
import type { Client, DeleteOptions, ObjectName } from "#kube/client.ts";
import { KubernetesError } from "#kube/kubernetes-error.ts";
import type { Resource, ResourceType } from "#kube/resource.ts";
import { planOf } from "../../../test/support/delivery-plan.ts";
import { CONFIG_MAPS, DEPLOYMENTS, SECRETS, SERVICES } from "../delivered-objects.ts";
import { takeDownFormer } from "./take-down-former.ts";

const GATEWAY = { apiVersion: API_VERSION, kind: "AIGatewayConfig" as const, metadata: metadata("main"), spec: {} };

function metadata(name: string) {
  return { name, namespace: "a", uid: `uid-${name}`, resourceVersion: "7" };
}

/** What a gateway has under its names and under `old`, and an API server that writes down what it is asked. */
function scene({ deployment, fails }: { deployment?: Resource; fails?: Readonly<Record<string, number>> } = {}) {
  const asked: string[] = [];
  const preconditions: DeleteOptions["preconditions"][] = [];
  const reference = {
    apiVersion: API_VERSION,
    kind: "AIGatewayConfig",
    name: "main",
    uid: "uid-main",
    controller: true,
  };
  const labels = { "app.kubernetes.io/managed-by": "gatehouse" };
  const made = [DEPLOYMENTS, SERVICES, SECRETS, CONFIG_MAPS].flatMap((type) =>
    ["main-gateway", "old"].map((name) => {
      const object: Resource = { metadata: { ...metadata(name), labels, ownerReferences: [reference] } };
      return { type, object };
    }),
  );
  const client = {
    get: async ({ kind }: ResourceType, { name }: ObjectName) => {
      asked.push(`get ${kind} ${name}`);
      if (!deployment) throw new KubernetesError("not there", { code: 404, reason: "NotFound" });
      return deployment;
    },
    delete: async ({ kind }: ResourceType, { name }: ObjectName, options: DeleteOptions = {}) => {
      asked.push(`delete ${kind} ${name}`);
      preconditions.push(options.preconditions);
      const code = fails?.[kind];
      if (code !== undefined) throw new KubernetesError("no", { code, reason: code === 404 ? "NotFound" : "Other" });
    },
  } as unknown as Client;
  const takeDown = (delivery: Parameters<typeof planOf>[2], of = made) =>
    takeDownFormer(
      planOf(GATEWAY as Parameters<typeof planOf>[0], {}, delivery),
      undefined,
      { client, madeFor: () => of },
      new AbortController().signal,
    );
  return { asked, made, preconditions, takeDown };
}

const MANAGED = { managed: { image: "gateway:1" } };

function deploymentWith(available: number): Resource {
  const status = { observedGeneration: 1, replicas: 1, updatedReplicas: 1, availableReplicas: available };
  return { metadata: { ...metadata("main-gateway"), generation: 1 }, spec: { replicas: 1 }, status } as Resource;
}

test("nothing is asked of the API server where nothing is left over", async () => {
  const { asked, made, takeDown } = scene();
  const current = made.filter(({ object }) => object.metadata.name === "main-gateway");
  expect(await takeDown(MANAGED, current)).toEqual({ deleted: [] });
  expect(asked).toEqual([]);
});

test("what is left over is deleted as it was seen, and no other", async () => {
  const { preconditions, takeDown } = scene({ deployment: deploymentWith(1) });
  expect(await takeDown(MANAGED)).toEqual({
    deleted: ["Deployment old", "Service old", "Secret old", "ConfigMap old"],
  });
  expect(new Set(preconditions.map((one) => JSON.stringify(one)))).toEqual(
    new Set([JSON.stringify({ uid: "uid-old", resourceVersion: "7" })]),
  );
});

test.each([
  ["there", undefined],
  ["serving", deploymentWith(0)],
])("nothing goes before the Deployment that takes its place is %s", async (_what, deployment) => {
  const { asked, takeDown } = scene(deployment && { deployment });
  expect(await takeDown(MANAGED)).toEqual({ deleted: [] });
  expect(asked).toEqual(["get Deployment main-gateway"]);
});

test("what is gone already is not told, and what may not be deleted keeps what stands behind it", async () => {
  const gone = scene({ fails: { Secret: 404 } });
  expect((await gone.takeDown({})).deleted).not.toContain("Secret old");
  const refused = scene({ fails: { Service: 403 } });
  const { deleted, refusal } = await refused.takeDown({});
  expect(deleted).toEqual(["Deployment main-gateway", "Deployment old"]);
  expect(refusal).toContain("the API server refuses");
  expect(refused.asked.at(-1)).toBe("delete Service main-gateway");
});

test("what was changed meanwhile is looked at again", async () => {
  const { takeDown } = scene({ fails: { Deployment: 409 } });
  await expect(takeDown({})).rejects.toThrow(KubernetesError);
});
