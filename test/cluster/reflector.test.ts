import { pino } from "pino";
import { expect, test } from "vitest";
import { SYSTEM_CLOCK } from "#kube/clock.ts";
import { ClusterClient } from "#kube/cluster-client.ts";
import { discover, findResource } from "#kube/discovery.ts";
import { kubeconfigConnection } from "#kube/kubeconfig.ts";
import { isConflict, isNotFound, KubernetesError } from "#kube/kubernetes-error.ts";
import { Reflector } from "#kube/reflector.ts";
import type { ReflectorOptions } from "#kube/reflector-options.ts";
import { describeOnControlPlane, type SuiteControlPlane } from "../support/control-plane/connect.ts";
import { RecordingSink } from "../support/scripted-api-server/reflecting.ts";
import { CONFIG_MAPS, type ConfigMap } from "../support/scripted-api-server/scene.ts";

/** A client that the plane's kubeconfig leads to. */
async function connect(plane: SuiteControlPlane): Promise<ClusterClient> {
  const connection = await kubeconfigConnection({ paths: [plane.kubeconfig], clock: SYSTEM_CLOCK });
  return new ClusterClient({ connection, clock: SYSTEM_CLOCK, userAgent: "gatehouse-test" });
}

/** A reflector of the ConfigMaps with our label in the suite's namespace, for as long as it is in scope. */
function reflect(plane: SuiteControlPlane, client: ClusterClient, options: Partial<ReflectorOptions<ConfigMap>> = {}) {
  const sink = new RecordingSink();
  const stop = new AbortController();
  const errors: unknown[] = [];
  const running = new Reflector<ConfigMap>({
    client,
    type: CONFIG_MAPS,
    selection: { namespace: plane.namespace, labelSelector: "reflected=yes" },
    sink,
    clock: SYSTEM_CLOCK,
    logger: pino({ level: "silent" }),
    onError: (error) => void errors.push(error),
    ...options,
  }).run(stop.signal);
  const end = async () => {
    stop.abort(new Error("test over"));
    await running;
  };
  return { sink, errors, [Symbol.asyncDispose]: end };
}

function configMap(namespace: string, name: string, data: Record<string, string> = {}): ConfigMap {
  const metadata = { name, namespace, labels: { reflected: "yes" } };
  return { apiVersion: "v1", kind: "ConfigMap", metadata, data };
}

async function failure(promise: Promise<unknown>): Promise<KubernetesError> {
  const error: unknown = await promise.catch((error: unknown) => error);
  if (error instanceof KubernetesError) return error;
  throw new Error("did not fail with a KubernetesError", { cause: error });
}

/** Type and name of each entry, without what differs from run to run. */
function plain(history: readonly string[]): string[] {
  return history.filter((line) => !line.startsWith("BOOKMARK")).map((line) => line.replaceAll(/[\w-]+\/| @.*/g, ""));
}

describeOnControlPlane("a reflector on a real API server", (plane) => {
  test.each([true, false])("sees what is there and then every change (watch-list %s)", async (usesWatchList) => {
    using client = await connect(plane);
    await client.deleteCollection(CONFIG_MAPS, { namespace: plane.namespace, labelSelector: "reflected=yes" });
    const created = await client.create(CONFIG_MAPS, configMap(plane.namespace, "x", { text: "Grüße 😀" }));
    await using reflection = reflect(plane, client, { usesWatchList });
    await reflection.sink.heard(1);
    await client.update(CONFIG_MAPS, { ...created, data: { text: "später" } });
    await client.create(CONFIG_MAPS, configMap(plane.namespace, "y"));
    await client.delete(CONFIG_MAPS, created.metadata);
    const history = await reflection.sink.heard(4);
    expect(plain(history)).toEqual(["REPLACE x", "MODIFIED x", "ADDED y", "DELETED x"]);
    expect([...reflection.sink.state.values()]).toMatchObject([{ kind: "ConfigMap", metadata: { name: "y" } }]);
    expect(reflection.errors).toEqual([]);
  });

  test("sees an object that leaves the selection as deleted", async () => {
    using client = await connect(plane);
    await client.create(CONFIG_MAPS, configMap(plane.namespace, "leaver"));
    await using reflection = reflect(plane, client);
    await reflection.sink.heard(1);
    const document = { metadata: { labels: { reflected: null } } };
    await client.patch(CONFIG_MAPS, { namespace: plane.namespace, name: "leaver" }, { kind: "merge", document });
    expect(plain(await reflection.sink.heard(2)).at(-1)).toBe("DELETED leaver");
  });

  test("reads metadata alone", async () => {
    using client = await connect(plane);
    await client.create(CONFIG_MAPS, configMap(plane.namespace, "heavy", { text: "heavy" }));
    for (const usesWatchList of [true, false]) {
      await using reflection = reflect(plane, client, { metadataOnly: true, usesWatchList });
      await reflection.sink.heard(1);
      const seen = reflection.sink.state.get(`${plane.namespace}/heavy`);
      expect(seen).toMatchObject({ kind: "PartialObjectMetadata", metadata: { labels: { reflected: "yes" } } });
      expect(seen).not.toHaveProperty("data");
    }
  });

  test("is told of pages, conflicts, missing objects and versions that never were", async () => {
    using client = await connect(plane);
    const selection = { namespace: plane.namespace };
    for (const name of ["p1", "p2", "p3"]) await client.create(CONFIG_MAPS, configMap(plane.namespace, name));
    const page = await client.list(CONFIG_MAPS, selection, { limit: 1 });
    expect(page.items).toHaveLength(1);
    expect((await client.list(CONFIG_MAPS, selection, { limit: 1, continue: page.continue ?? "" })).items).toHaveLength(
      1,
    );
    const p1 = await client.get<ConfigMap>(CONFIG_MAPS, { ...selection, name: "p1" });
    await client.update(CONFIG_MAPS, { ...p1, data: { a: "1" } });
    expect(isConflict(await failure(client.update(CONFIG_MAPS, { ...p1, data: { a: "2" } })))).toBe(true);
    expect(isNotFound(await failure(client.get(CONFIG_MAPS, { ...selection, name: "none" })))).toBe(true);
    const future = await failure(client.list(CONFIG_MAPS, selection, { resourceVersion: "999999999" }));
    expect(future.reaction).toBe("relist");
  });

  test("applies as a field manager and finds who else claims a field", async () => {
    using client = await connect(plane);
    const name = { namespace: plane.namespace, name: "applied" };
    const object = { apiVersion: "v1", kind: "ConfigMap", metadata: name, data: { a: "1" } };
    await client.patch(CONFIG_MAPS, name, { kind: "apply", object, fieldManager: "one" });
    const other = { ...object, data: { a: "2" } };
    const refused = await failure(
      client.patch(CONFIG_MAPS, name, { kind: "apply", object: other, fieldManager: "two" }),
    );
    expect([refused.code, refused.causes[0]?.reason]).toEqual([409, "FieldManagerConflict"]);
    const patch = { kind: "apply", object: other, fieldManager: "two", force: true } as const;
    expect(await client.patch<ConfigMap>(CONFIG_MAPS, name, patch)).toMatchObject({ data: { a: "2" } });
  });

  test("finds resources by every name that kubectl accepts", async () => {
    using client = await connect(plane);
    const resources = await discover(client);
    const found = (name: string) => {
      const { group, version, plural, kind, namespaced } = findResource(resources, name) ?? {};
      return `${group}/${version}/${plural} ${kind} ${namespaced}`;
    };
    for (const name of ["configmaps", "configmap", "cm", "ConfigMap", "configmaps.v1"]) {
      expect(found(name)).toBe("/v1/configmaps ConfigMap true");
    }
    for (const name of ["deployments", "deploy", "deployment.apps", "deployments.v1.apps"]) {
      expect(found(name)).toBe("apps/v1/deployments Deployment true");
    }
    expect(found("events")).toBe("/v1/events Event true");
    expect(found("events.events.k8s.io")).toBe("events.k8s.io/v1/events Event true");
    expect(found("crd")).toBe("apiextensions.k8s.io/v1/customresourcedefinitions CustomResourceDefinition false");
    expect(findResource(resources, "unicorns")).toBeUndefined();
    expect(resources.filter(({ verbs }) => verbs.includes("watch")).length).toBeGreaterThan(20);
  });
});
