import { expect, test } from "vitest";
import type { Client } from "#kube/client.ts";
import { isNotFound } from "#kube/kubernetes-error.ts";
import type { Resource } from "#kube/resource.ts";
import { Store } from "#kube/store.ts";
import { withCachedReads } from "./cached-reads.ts";
import { CONFIG_MAPS, DEPLOYMENTS, SECRETS } from "./delivered-objects.ts";

function scene() {
  const asked: string[] = [];
  const client = {
    get: (type: { plural: string }, { namespace, name }: { namespace: string; name: string }) => {
      asked.push(`${type.plural} ${namespace}/${name}`);
      return Promise.resolve({ metadata: { name } });
    },
    delete: () => Promise.resolve(void asked.push("delete")),
  } as unknown as Client;
  const secrets = new Store<Resource>();
  secrets.set("a/known", { metadata: { name: "known", namespace: "a", resourceVersion: "7" } });
  const cached = withCachedReads(client, {
    secrets: (namespace) => (namespace === "a" ? secrets : undefined),
    configMaps: (namespace) => (namespace === "a" ? new Store<Resource>() : undefined),
  });
  return { asked, cached };
}

test("Secrets and ConfigMaps of granted namespaces come from the cache, and are not there if they are not in it", async () => {
  const { asked, cached } = scene();
  expect(await cached.get(SECRETS, { namespace: "a", name: "known" })).toMatchObject({
    metadata: { resourceVersion: "7" },
  });
  for (const type of [SECRETS, CONFIG_MAPS]) {
    const missing = cached.get(type, { namespace: "a", name: "missing" });
    expect(await missing.catch(isNotFound)).toBe(true);
  }
  expect(asked).toEqual([]);
});

test("everything else is asked of the API server", async () => {
  const { asked, cached } = scene();
  await cached.get(SECRETS, { namespace: "b", name: "known" });
  await cached.get(DEPLOYMENTS, { namespace: "a", name: "gateway" });
  await cached.delete(SECRETS, { namespace: "a", name: "known" });
  expect(asked).toEqual(["secrets b/known", "deployments a/gateway", "delete"]);
});
