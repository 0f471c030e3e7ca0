import { afterAll, beforeAll, expect, test } from "vitest";
import { applyGuarded } from "#kube/apply.ts";
import { SYSTEM_CLOCK } from "#kube/clock.ts";
import { ClusterClient } from "#kube/cluster-client.ts";
import { EVENTS, type EventObject } from "#kube/event-object.ts";
import { EventRecorder } from "#kube/events.ts";
import { addFinalizer, removeFinalizer } from "#kube/finalizers.ts";
import { kubeconfigConnection } from "#kube/kubeconfig.ts";
import { isAlreadyExists, isConflict } from "#kube/kubernetes-error.ts";
import type { Resource, ResourceType } from "#kube/resource.ts";
import { createLogger } from "#observability/logger.ts";
import { describeOnControlPlane } from "../support/control-plane/connect.ts";
import { poll } from "../support/control-plane/poll.ts";

interface ConfigMap extends Resource {
  readonly data?: Readonly<Record<string, string>>;
}

const CONFIG_MAPS: ResourceType = {
  group: "",
  version: "v1",
  plural: "configmaps",
  kind: "ConfigMap",
  namespaced: true,
};

describeOnControlPlane("the helpers on a real API server", (plane) => {
  let client: ClusterClient;
  beforeAll(async () => {
    const connection = await kubeconfigConnection({ paths: [plane.kubeconfig], clock: SYSTEM_CLOCK });
    client = new ClusterClient({ connection, clock: SYSTEM_CLOCK, userAgent: "helpers" });
  });
  afterAll(() => client[Symbol.dispose]());

  const configMap = (name: string, data: ConfigMap["data"]): ConfigMap => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name, namespace: plane.namespace },
    ...(data && { data }),
  });
  const apply = (wanted: ConfigMap, present: ConfigMap | undefined) =>
    applyGuarded({ client, type: CONFIG_MAPS, wanted, present, fieldManager: "helpers" });

  test("an apply takes away what it no longer wants, also what its create had made, and leaves others' fields", async () => {
    const created = await apply(configMap("applied", { a: "1", b: "1" }), undefined);
    const name = { namespace: plane.namespace, name: "applied" };
    const document = { data: { theirs: "1" } };
    const edited = await client.patch<ConfigMap>(CONFIG_MAPS, name, { kind: "merge", document });
    await expect(apply(configMap("applied", { a: "2" }), created)).rejects.toSatisfy(isConflict);
    const applied = await apply(configMap("applied", { a: "2" }), edited);
    expect(applied.data).toEqual({ a: "2", theirs: "1" });
    await expect(apply(configMap("applied", {}), undefined)).rejects.toSatisfy(isAlreadyExists);
  });

  test("an apply after a create whose fields nobody handed over takes them away all the same", async () => {
    const created = await client.create(CONFIG_MAPS, configMap("killed", { a: "1", b: "1" }), {
      fieldManager: "helpers-create",
    });
    const applied = await apply(configMap("killed", { a: "1" }), created);
    expect(applied.data).toEqual({ a: "1" });
  });

  test("an apply to an object that was made anew, or is gone, is a conflict", async () => {
    const name = { namespace: plane.namespace, name: "anew" };
    const first = await apply(configMap("anew", { a: "1" }), undefined);
    await client.delete(CONFIG_MAPS, name);
    await expect(apply(configMap("anew", { a: "2" }), first)).rejects.toSatisfy(isConflict);
    await apply(configMap("anew", { a: "1" }), undefined);
    await expect(apply(configMap("anew", { a: "2" }), first)).rejects.toSatisfy(isConflict);
  });

  test("finalizers come and go beside those of others", async () => {
    const object = await client.create(CONFIG_MAPS, configMap("final", {}));
    const target = { client, type: CONFIG_MAPS, object };
    await addFinalizer(target, "example.com/theirs");
    const { object: ours } = await addFinalizer(target, "example.com/ours"); // `object` is stale by now
    expect(ours?.metadata.finalizers).toEqual(["example.com/theirs", "example.com/ours"]);
    await client.delete(CONFIG_MAPS, { namespace: plane.namespace, name: "final" });
    const { object: left } = await removeFinalizer({ ...target, object: ours ?? object }, "example.com/ours");
    expect(left?.metadata.finalizers).toEqual(["example.com/theirs"]);
    await removeFinalizer({ ...target, object: left ?? object }, "example.com/theirs");
    const gone = await removeFinalizer({ ...target, object: ours ?? object }, "example.com/ours");
    expect(gone).toEqual({ object: undefined, isChanged: false });
  });

  test("events are accepted, and repeated ones are one with a count, in the cluster's own words", async () => {
    const stop = new AbortController();
    const source = { controller: "example.com/helpers", instance: "helpers-0" };
    const recorder = new EventRecorder({ client, source, logger: createLogger("warn") });
    const running = recorder.run(stop.signal);
    const object = await client.create(CONFIG_MAPS, configMap("eventful", {}));
    const details = { type: "Warning", reason: "Failed", action: "Render", note: "ü".repeat(1_000) } as const;
    recorder.record(object, details);
    recorder.record(object, { ...details, note: "again" });
    const event = await poll("a series", async () => {
      const { items } = await client.list<EventObject>(EVENTS, { namespace: plane.namespace });
      return items.find(({ regarding, series }) => regarding.name === "eventful" && series !== undefined);
    });
    expect(event).toMatchObject({ reason: "Failed", action: "Render", series: { count: 2 } });
    const { stdout } = await plane.kubectl(["--namespace", plane.namespace, "events", "--for", "configmap/eventful"]);
    expect(stdout).toContain("Warning");
    stop.abort();
    await running;
  });
});
