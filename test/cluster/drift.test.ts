import { expect, test } from "vitest";
import { CONFIG_HASH_ANNOTATION } from "#api/controller-names.ts";
import type { Patch } from "#kube/client.ts";
import type { Resource } from "#kube/resource.ts";
import { CONFIG_MAPS, DEPLOYMENTS, SECRETS, SERVICES } from "../../src/controller/delivered-objects.ts";
import type { Plan } from "../../src/controller/delivery/delivery.ts";
import type { Managed } from "../../src/controller/delivery/managed-objects.ts";
import { describeOnControlPlane } from "../support/control-plane/connect.ts";
import { planOf, untilSettled } from "../support/delivery-plan.ts";
import { DeliveryScene } from "../support/delivery-scene.ts";

/** As its class has it; of LiteLLM, which has the most fields. */
const MANAGED = {
  image: "gateway:1",
  replicas: 2,
  resources: { limits: { cpu: "1500m", memory: "0.5Gi" } },
  service: { port: 8000 },
};

describeOnControlPlane("of what others did to what was delivered, on a real API server", (plane) => {
  const scene = new DeliveryScene(plane);
  const kinds = { ConfigMap: CONFIG_MAPS, Secret: SECRETS, Deployment: DEPLOYMENTS, Service: SERVICES };
  type Kind = keyof typeof kinds;

  /** A gateway that runs what it should, by its status. */
  async function delivered(name: string, managed: Managed = MANAGED): Promise<Plan> {
    const gateway = await scene.gatewayNamed(name);
    const plan = planOf(gateway, { rendered: RENDERED }, { managed });
    const { gatewayClass } = plan;
    const ofLitellm = {
      ...plan,
      gatewayClass: { ...gatewayClass, spec: { ...gatewayClass.spec, adapter: "litellm" as const } },
    };
    await untilSettled(() => scene.carryOut(ofLitellm));
    expect(await untilSettled(() => scene.carryOut(ofLitellm))).toEqual({ type: "delivered", changed: false });
    scene.drifts.length = 0;
    return { ...ofLitellm, gateway: { ...gateway, status: { configHash: "hash-1" } } };
  }

  const nameOf = (name: string) => ({ namespace: plane.namespace, name: `${name}-gateway` });
  const read = (kind: Kind, name: string) => scene.read<Resource>(kinds[kind], nameOf(name).name);

  const CHANGES: readonly (readonly [string, Kind, Patch])[] = [
    ["a changed file", "ConfigMap", merge({ data: { "gateway.json": "changed" } })],
    ["a file that was added", "ConfigMap", merge({ data: { "evil.json": "{}" } })],
    ["a binary file that was added", "ConfigMap", merge({ binaryData: { "a.bin": "AAAA" } })],
    ["a file that was taken out", "ConfigMap", merge({ data: { "notes.txt": null } })],
    ["files that were all taken out", "ConfigMap", merge({ data: null })],
    ["files, changed and added", "ConfigMap", merge({ data: { "gateway.json": "changed", "evil.json": "{}" } })],
    ["a label that was changed", "ConfigMap", merge({ metadata: { labels: { [LABEL]: "helm" } } })],
    ["labels that were taken off", "ConfigMap", merge({ metadata: { labels: null } })],
    ["a hash that was changed", "ConfigMap", merge({ metadata: { annotations: { [CONFIG_HASH_ANNOTATION]: "x" } } })],
    ["annotations that were taken off", "ConfigMap", merge({ metadata: { annotations: null } })],
    ["an owner that may go first", "ConfigMap", json("/metadata/ownerReferences/0/blockOwnerDeletion", false)],
    ["files that another applied", "ConfigMap", applied("v1", "ConfigMap", { data: { "gateway.json": "theirs" } })],

    ["a changed credential", "Secret", merge({ data: { MODEL_KEY: "AAAA" } })],
    ["a credential that was added", "Secret", merge({ data: { OTHER: "AAAA" } })],
    ["a credential that was taken out", "Secret", merge({ data: { MODEL_KEY: null } })],
    ["the last good forms that were taken out", "Secret", merge({ data: { "gatehouse-last-good.json": null } })],
    ["labels that were taken off", "Secret", merge({ metadata: { labels: null } })],
    ["annotations that were taken off", "Secret", merge({ metadata: { annotations: null } })],
    ["an owner that may go first", "Secret", json("/metadata/ownerReferences/0/blockOwnerDeletion", false)],
    ["a credential that another applied", "Secret", applied("v1", "Secret", { data: { MODEL_KEY: "AAAA" } })],

    ["a changed port", "Service", json("/spec/ports/0/port", 9000)],
    ["a changed target", "Service", json("/spec/ports/0/targetPort", "other")],
    ["a changed name of a port", "Service", json("/spec/ports/0/name", "other")],
    ["a changed protocol", "Service", json("/spec/ports/0/protocol", "UDP")],
    ["a port that was added", "Service", json("/spec/ports/-", { name: "other", port: 81 })],
    ["a port that was added before ours", "Service", json("/spec/ports/0", { name: "other", port: 81 }, "add")],
    ["a changed selector", "Service", json("/spec/selector/app.kubernetes.io~1managed-by", "other")],
    ["a selector that was made narrower", "Service", merge({ spec: { selector: { app: "other" } } })],
    ["a selector that was taken out", "Service", merge({ spec: { selector: null } })],
    ["another type", "Service", merge({ spec: { type: "NodePort" } })],
    ["a type that leads elsewhere", "Service", merge({ spec: { type: "ExternalName", externalName: "example.com" } })],
    ["labels that were taken off", "Service", merge({ metadata: { labels: null } })],
    ["annotations that were taken off", "Service", merge({ metadata: { annotations: null } })],
    ["an owner that may go first", "Service", json("/metadata/ownerReferences/0/blockOwnerDeletion", false)],
    [
      "a port that another applied",
      "Service",
      applied("v1", "Service", { spec: { ports: [{ name: "theirs", port: 9000, protocol: "TCP" }] } }),
    ],
    ["a selector that another applied", "Service", applied("v1", "Service", { spec: { selector: { app: "theirs" } } })],

    ["another number of Pods", "Deployment", merge({ spec: { replicas: 0 } })],
    ["another image", "Deployment", container("/image", "gateway:0")],
    ["other arguments", "Deployment", container("/args", ["--config", "/tmp/evil.yaml"])],
    ["other limits", "Deployment", container("/resources/limits/cpu", "1")],
    ["limits that were taken out", "Deployment", container("/resources", {})],
    ["a variable that was changed", "Deployment", container("/env/0/value", "/root")],
    ["a variable that was added", "Deployment", container("/env/-", { name: "DEBUG", value: "1" })],
    ["variables that were taken out", "Deployment", container("/env", [])],
    ["a credential of another Secret", "Deployment", container("/env/2", { name: "MODEL_KEY", value: "literal" })],
    ["a port that was changed", "Deployment", container("/ports/0/containerPort", 4001)],
    ["a port that was added", "Deployment", container("/ports/-", { containerPort: 4001 })],
    ["another question whether it is ready", "Deployment", container("/readinessProbe/httpGet/path", "/")],
    [
      "another way to ask whether it is ready",
      "Deployment",
      container("/readinessProbe", { exec: { command: ["a"] } }),
    ],
    ["a root that may be written to", "Deployment", container("/securityContext/readOnlyRootFilesystem", false)],
    ["a folder that was mounted", "Deployment", container("/volumeMounts/-", { name: "scratch", mountPath: "/a" })],
    ["a mount elsewhere", "Deployment", container("/volumeMounts/0/mountPath", "/etc/other")],
    [
      "a mount that was taken out",
      "Deployment",
      json("/spec/template/spec/containers/0/volumeMounts/0", undefined, "remove"),
    ],
    ["another source of a volume", "Deployment", template("/spec/volumes/0", { name: "gatehouse", emptyDir: {} })],
    ["a volume that was added", "Deployment", template("/spec/volumes/-", { name: "other", emptyDir: {} })],
    ["a container beside it", "Deployment", template("/spec/containers/-", { name: "other", image: "a" })],
    [
      "a container before it",
      "Deployment",
      json("/spec/template/spec/containers/0", { name: "other", image: "a" }, "add"),
    ],
    ["a token that is mounted", "Deployment", template("/spec/automountServiceAccountToken", true)],
    ["another user", "Deployment", template("/spec/securityContext/runAsUser", 1)],
    ["a restart that was undone", "Deployment", template(`/metadata/annotations/${POINTER}`, "hash-0")],
    ["labels that were taken off", "Deployment", merge({ metadata: { labels: null } })],
    ["its hash that was taken off", "Deployment", json(`/metadata/annotations/${POINTER}`, undefined, "remove")],
    ["an owner that may go first", "Deployment", json("/metadata/ownerReferences/0/blockOwnerDeletion", false)],
    [
      "an image and a container that another applied",
      "Deployment",
      applied("apps/v1", "Deployment", {
        spec: {
          template: {
            spec: {
              containers: [
                { name: "gateway", image: "theirs:1" },
                { name: "other", image: "a" },
              ],
            },
          },
        },
      }),
    ],
  ];

  test.each(CHANGES.map(([what, kind, patch]) => ({ what, kind, patch })))(
    "$what of a $kind is put back once, and counted once",
    async ({ what, kind, patch }) => {
      const name = `${kind}-${what}`.toLowerCase().replaceAll(/\W+/g, "-").slice(0, 50);
      const plan = await delivered(name);
      const before = await read(kind, name);
      await scene.client.patch(kinds[kind], nameOf(name), patch);
      const { generation: theirs = 0 } = (await read(kind, name)).metadata as Generated;

      await untilSettled(() => scene.carryOut(plan));
      const after = await read(kind, name);
      expect(ours(after)).toEqual(ours(before));
      expect(scene.drifts).toEqual([kind]);
      // Each change of a Deployment's template replaces its Pods: theirs did, and one of ours.
      const isOfSpec = theirs !== ((before.metadata as Generated).generation ?? 0);
      expect((after.metadata as Generated).generation ?? 0).toBe(theirs + (isOfSpec ? 1 : 0));

      await untilSettled(() => scene.carryOut(plan)); // what else there is to be handed over
      expect(await scene.carryOut(plan)).toEqual({ type: "delivered", changed: false });
      expect(scene.drifts).toEqual([kind]);
    },
  );

  test.each(["ConfigMap", "Secret", "Deployment", "Service"] as const)(
    "a %s that was deleted is made again, and counted once",
    async (kind) => {
      const name = `deleted-${kind.toLowerCase()}`;
      const plan = await delivered(name);
      const before = await read(kind, name);
      await scene.client.delete(kinds[kind], nameOf(name));
      await untilSettled(() => scene.carryOut(plan));
      expect(ours(await read(kind, name))).toEqual(ours(before));
      expect(scene.drifts).toEqual([kind]);
      expect(await untilSettled(() => scene.carryOut(plan))).toMatchObject({ type: "delivered" });
      expect(scene.drifts).toEqual([kind]);
    },
  );

  test("the number of Pods is an autoscaler's where the class does not say it", async () => {
    const { replicas: _, ...managed } = MANAGED;
    const plan = await delivered("scaled", managed);
    const document = { spec: { replicas: 5 } };
    await scene.client.patch(DEPLOYMENTS, nameOf("scaled"), merge(document), { subresource: "scale" });
    expect(await untilSettled(() => scene.carryOut(plan))).toEqual({ type: "delivered", changed: false });
    expect(await read("Deployment", "scaled")).toMatchObject(document);
  });

  test("what others add where nothing is ours stays", async () => {
    const plan = await delivered("added");
    const more = { nodeSelector: { disk: "fast" }, tolerations: [{ operator: "Exists" }] };
    await scene.client.patch(DEPLOYMENTS, nameOf("added"), merge({ spec: { template: { spec: more } } }));
    expect(await untilSettled(() => scene.carryOut(plan))).toEqual({ type: "delivered", changed: false });
    await scene.client.patch(DEPLOYMENTS, nameOf("added"), container("/image", "gateway:0"));
    await untilSettled(() => scene.carryOut(plan));
    expect(await read("Deployment", "added")).toMatchObject({ spec: { template: { spec: more } } });
  });

  test.each(["ConfigMap", "Secret", "Deployment", "Service"] as const)(
    "a %s without its owner is somebody else's: it is left alone, and said to be there",
    async (kind) => {
      const name = `disowned-${kind.toLowerCase()}`;
      const plan = await delivered(name);
      await scene.client.patch(kinds[kind], nameOf(name), merge({ metadata: { ownerReferences: null } }));
      const { metadata } = await read(kind, name);
      expect(await scene.carryOut(plan)).toMatchObject({ type: "refused", reason: "NameCollision" });
      expect((await read(kind, name)).metadata.ownerReferences).toEqual(metadata.ownerReferences);
      expect(scene.drifts).toEqual([]);
    },
  );

  test.each([
    ["instead of ours", [{ name: "http", port: 9000 }]],
    [
      "beside ours",
      [
        { name: "http", port: 8000, targetPort: "http" },
        { name: "other", port: 81 },
      ],
    ],
  ])("a new port of the class is brought also where others have put one %s", async (_, ports) => {
    const name = `edited-${ports.length}`;
    const plan = await delivered(name);
    await scene.client.patch(SERVICES, nameOf(name), merge({ spec: { ports } }));
    const delivery = { managed: { ...MANAGED, service: { port: 8001 } } };
    const { gatewayClass } = plan;
    const edited = { ...plan, gatewayClass: { ...gatewayClass, spec: { ...gatewayClass.spec, delivery } } };
    await untilSettled(() => scene.carryOut(edited));
    expect(await read("Service", name)).toMatchObject({ spec: { ports: [{ name: "http", port: 8001 }] } });
    await untilSettled(() => scene.carryOut(edited));
    expect(await scene.carryOut(edited)).toEqual({ type: "delivered", changed: false });
  });
});

const LABEL = "app.kubernetes.io/managed-by";
const POINTER = CONFIG_HASH_ANNOTATION.replace("/", "~1");
const RENDERED = { files: { "gateway.json": "{}", "notes.txt": "a" }, secrets: { MODEL_KEY: "a-secret" } };

type Generated = Resource["metadata"] & { readonly generation?: number };

/** All that is to be as it was. */
function ours(object: Resource): object {
  const { labels, annotations = {}, ownerReferences } = object.metadata;
  const { [REVISION]: _, ...kept } = annotations;
  const { data, binaryData, spec } = object as Resource & Readonly<Record<string, Fields | undefined>>;
  // Given to it by the API server; and what means nothing but to another type of Service.
  const { clusterIP: _ip, clusterIPs: _ips, externalName: _name, ...said } = spec ?? {};
  return { labels, annotations: kept, ownerReferences, data, binaryData, spec: said };
}
type Fields = Readonly<Record<string, unknown>>;
const REVISION = "deployment.kubernetes.io/revision";

function merge(document: object): Patch {
  return { kind: "merge", document };
}

function json(
  path: string,
  value: unknown,
  op: "add" | "replace" | "remove" = path.endsWith("/-") ? "add" : "replace",
): Patch {
  return { kind: "json", operations: [{ op, path, ...(value === undefined ? {} : { value }) }] };
}

function template(path: string, value: unknown): Patch {
  return json(`/spec/template${path}`, value);
}

function container(path: string, value: unknown): Patch {
  return template(`/spec/containers/0${path}`, value);
}

function applied(apiVersion: string, kind: string, fields: object): Patch {
  return { kind: "apply", object: { apiVersion, kind, ...fields }, fieldManager: "theirs", force: true };
}
