import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { CONTROLLER_NAME } from "#api/kinds/ai-gateway-class.ts";
import type { Client } from "#kube/client.ts";
import { KubernetesError } from "#kube/kubernetes-error.ts";
import type { Resource } from "#kube/resource.ts";
import { ensureDefaultClass } from "./default-class.ts";

const MANIFEST = join(import.meta.dirname, "../../../examples/objects/gateway-class.yaml");

/** A cluster with these classes, and what was created in it. */
function cluster(classes: readonly Resource["metadata"][], answer?: KubernetesError) {
  const created: unknown[] = [];
  const client = {
    list: () => Promise.resolve({ items: classes.map((metadata) => ({ metadata })) }),
    create: (_type: unknown, object: unknown) => {
      if (answer) return Promise.reject(answer);
      created.push(object);
      return Promise.resolve(object);
    },
  } as unknown as Client;
  return { client, created };
}

const signal = new AbortController().signal;

test("makes the class that the manifest for GitOps has", async () => {
  const { client, created } = cluster([{ name: "fast" }]);
  const outcome = await ensureDefaultClass(client, CONTROLLER_NAME, signal);
  expect(outcome).toEqual({ done: "AIGatewayClass default is made, for configurations without a class" });
  expect(created).toEqual([parse(await readFile(MANIFEST, "utf8"))]);
});

test("names the controller where it is not the usual one", async () => {
  const { client, created } = cluster([]);
  await ensureDefaultClass(client, "example.com/second", signal);
  expect(created).toMatchObject([{ spec: { controllerName: "example.com/second" } }]);
});

test.each([
  [
    "a class that is marked as the default",
    { name: "mine", annotations: { "gateway.example.com/is-default-class": "true" } },
  ],
  ["a class of that name", { name: "default" }],
])("leaves %s as it is", async (_, metadata) => {
  const { client, created } = cluster([metadata]);
  const outcome = await ensureDefaultClass(client, CONTROLLER_NAME, signal);
  expect(outcome).toEqual({ done: `AIGatewayClass ${metadata.name} is there already and stays as it is` });
  expect(created).toEqual([]);
});

test("leaves alone what somebody made meanwhile", async () => {
  const { client } = cluster([], new KubernetesError("taken", { code: 409, reason: "AlreadyExists" }));
  expect(await ensureDefaultClass(client, CONTROLLER_NAME, signal)).toMatchObject({
    done: expect.stringContaining("stays") as string,
  });
});
