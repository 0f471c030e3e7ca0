import { expect, test } from "vitest";
import type { Client, ListOptions } from "#kube/client.ts";
import { KubernetesError } from "#kube/kubernetes-error.ts";
import type { Resource } from "#kube/resource.ts";
import { listAll } from "./list-all.ts";

const TYPE = { group: "", version: "v1", plural: "namespaces", kind: "Namespace", namespaced: false };
const EXPIRED = new KubernetesError("too old", { code: 410, reason: "Expired" });

/** A server that forgets the version of a list after its first page. */
function forgetful(asked: ListOptions[]): Pick<Client, "list"> {
  return {
    list<R extends Resource>(_type: unknown, _selection: unknown, options: ListOptions = {}) {
      asked.push(options);
      if (options.continue !== undefined) return Promise.reject(EXPIRED);
      const names = options.limit === undefined ? ["a", "b"] : ["a"];
      return Promise.resolve({
        apiVersion: "v1",
        kind: "NamespaceList",
        resourceVersion: "1",
        continue: options.limit === undefined ? undefined : "next",
        items: names.map((name) => ({ metadata: { name } }) as R),
      });
    },
  };
}

test("a list that takes longer than the server remembers is asked for in one piece", async () => {
  const asked: ListOptions[] = [];
  const counts: number[] = [];
  const signal = new AbortController().signal;
  const objects = await listAll(forgetful(asked), TYPE, {}, { signal, onPage: (count) => counts.push(count) });
  expect(objects.map(({ metadata }) => metadata.name)).toEqual(["a", "b"]);
  expect(asked.map(({ limit, continue: token }) => [limit, token])).toEqual([
    [500, undefined],
    [500, "next"],
    [undefined, undefined],
  ]);
  expect(counts).toEqual([1]);
});
