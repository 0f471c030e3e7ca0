import { describe, expect, test } from "vitest";
import type { Client, WatchOptions } from "#kube/client.ts";
import { KubernetesError } from "#kube/kubernetes-error.ts";
import type { ResourceType, Selection } from "#kube/resource.ts";
import { findWatched, type Wish } from "./find-watched.ts";

const READABLE = ["get", "list", "watch"];

/** A cluster with a namespaced kind, one of the cluster, and one that can be created only. */
const RESOURCES = [
  resource("configmaps", "ConfigMap", { shortNames: ["cm"] }),
  resource("nodes", "Node", { scope: "Cluster" }),
  resource("reviews", "Review", { verbs: ["create"] }),
];

function resource(plural: string, kind: string, more: object): object {
  const singularResource = kind.toLowerCase();
  return { resource: plural, responseKind: { kind }, singularResource, scope: "Namespaced", verbs: READABLE, ...more };
}

function wish(kind: string, more: Partial<Wish> = {}): Wish {
  return { kind, namespace: "shop", ...more };
}

/** What is found, and what the server was asked to list for that. */
async function find(wish: Wish, watchFault?: Error) {
  const asked: unknown[] = [];
  const client = {
    read: async (path: string) =>
      path === "/api"
        ? { items: [{ metadata: { name: "" }, versions: [{ version: "v1", resources: RESOURCES }] }] }
        : { items: [] },
    list: async (type: ResourceType, selection: Selection, { limit }: { readonly limit?: number } = {}) => {
      asked.push([type.plural, selection, limit]);
      return { items: [], resourceVersion: "7" };
    },
    // As ClusterClient: what is aborted once it is open throws.
    async *watch(_type: ResourceType, _selection: Selection, { onOpen, signal }: WatchOptions = {}) {
      if (watchFault) throw watchFault;
      onOpen?.();
      yield* [];
      signal?.throwIfAborted();
    },
  } as unknown as Client;
  return { watched: await findWatched(client, wish, {}), asked };
}

describe("asks for one object of", () => {
  test.each<[string, Wish, string, Selection]>([
    ["a namespace", wish("cm"), "configmaps", { namespace: "shop" }],
    ["all namespaces", wish("cm", { namespace: undefined }), "configmaps", {}],
    ["the cluster, whatever the namespace", wish("node"), "nodes", {}],
    [
      "a selection",
      wish("ConfigMap", { labelSelector: "a=b", fieldSelector: "c=d" }),
      "configmaps",
      { namespace: "shop", labelSelector: "a=b", fieldSelector: "c=d" },
    ],
  ])("%s", async (_, wish, plural, selection) => {
    const { watched, asked } = await find(wish);
    expect(asked).toEqual([[plural, selection, 1]]);
    expect(watched).toMatchObject({ type: { plural }, selection });
  });
});

test.each([
  ["confgmaps", "watch: unknown kind 'confgmaps'; did you mean 'configmaps'?"],
  ["unicorns", "watch: unknown kind 'unicorns'"],
  ["reviews", "watch: the server cannot watch 'reviews'"],
])("refuses %s", async (kind, message) => {
  await expect(find(wish(kind))).rejects.toMatchObject({ name: "UsageError", message });
});

test("refuses whoever may list and not watch", async () => {
  const forbidden = new KubernetesError("cannot watch", { code: 403, reason: "Forbidden" });
  await expect(find(wish("cm"), forbidden)).rejects.toBe(forbidden);
});
