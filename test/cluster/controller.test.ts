import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { parse } from "yaml";
import { fieldManagerOf } from "#api/controller-names.ts";
import { API_VERSION } from "#api/kind.ts";
import { CONTROLLER_NAME } from "#api/kinds/ai-gateway-class.ts";
import type { AIGatewayConfig } from "#api/kinds/ai-gateway-config.ts";
import { describeOnControlPlane } from "../support/control-plane/connect.ts";
import { poll } from "../support/control-plane/poll.ts";
import { ControllerScene } from "../support/gatehouse/controller-scene.ts";
import {
  type InstalledGatehouse,
  installCustomResourceDefinitions,
  installGatehouse,
} from "../support/gatehouse/install.ts";

const SAMPLE = join(import.meta.dirname, "../fixtures/seed/default-ai-config.yaml");

vi.setConfig({ testTimeout: 60_000 });

describeOnControlPlane(
  "the controller, as the chart installs it",
  (plane) => {
    const stack = new AsyncDisposableStack();
    let gatehouse: InstalledGatehouse;
    let scene: ControllerScene;

    beforeAll(async () => {
      await installCustomResourceDefinitions(plane);
      scene = new ControllerScene(plane);
      await scene.put(jsonClass("json"));
      stack.defer(() => scene.remove("AIGatewayClass", "json"));
      gatehouse = stack.use(
        await installGatehouse(plane, { replicas: 2, values: { "secretNamespaces[0]": plane.namespace } }),
      );
    }, 120_000);

    afterAll(() => stack.disposeAsync());

    const sample = async (name: string, gatewayClassName = "json"): Promise<AIGatewayConfig> => {
      const seed = parse(await readFile(SAMPLE, "utf8")) as AIGatewayConfig;
      const { metadata, spec } = seed;
      return {
        ...seed,
        metadata: { ...metadata, name, namespace: plane.namespace },
        spec: { ...spec, gatewayClassName },
      };
    };

    /** Of each kind that stands beside gateways one, which the gateway has by itself or by way of another. */
    const partsOf = (gateway: string) => {
      const spec = {
        ModelConfig: { type: "llm", provider: "openai", endpoint: "https://api.openai.com/v1", model: "gpt-4o" },
        AIRoute: {
          path: "/handed-over",
          targetModel: "gpt-3.5-turbo",
          parentRefs: [{ name: gateway }],
          promptTemplateRef: { name: "handed-over" },
        },
        PromptTemplate: { messages: [{ role: "system", content: "be polite" }] },
        RateLimitPolicy: {
          targetRefs: [{ kind: "AIRoute", name: "handed-over" }],
          limits: [{ requests: 100, window: "1m" }],
        },
        IntegrationConfig: {
          type: "observability",
          provider: "otlp",
          endpoint: "https://otlp.example/v1/traces",
          targetRefs: [{ kind: "AIGatewayConfig", name: gateway }],
        },
      };
      const metadata = { name: "handed-over", namespace: plane.namespace };
      return Object.entries(spec).map(([kind, spec]) => ({ apiVersion: API_VERSION, kind, metadata, spec }));
    };

    const partOf = async (kind: string): Promise<Part> =>
      JSON.parse(await scene.kubectl("get", kind, "handed-over", "-o", "json", "--show-managed-fields")) as Part;

    /** Waits until the status of a part is this controller's, by its own word and by server-side apply's records, and nobody else's. */
    const spokenOfBy = (kind: string, controller: string | undefined) =>
      poll(`${kind} is spoken of by ${controller ?? "nobody"}`, async () => {
        const { metadata, status = {} } = await partOf(kind);
        const managers = metadata.managedFields.filter(({ subresource }) => subresource === "status");
        const wanted = controller === undefined ? [] : [controller];
        return (
          isDeepStrictEqual(status.controllers ?? [], wanted) &&
          isDeepStrictEqual(
            managers.map(({ manager }) => manager),
            wanted.map(fieldManagerOf),
          ) &&
          (controller !== undefined || Object.keys(status).length === 0)
        );
      });

    test("the user's sample is delivered, its keys in the Secret alone, and its status says so", async () => {
      await scene.put(await sample("seed"));
      const status = await scene.reaches("seed", { Ready: "True" });
      expect(status).toMatchObject({
        phase: "Ready",
        controllerName: "gateway.example.com/gatehouse",
        appliedModels: ["dall-e-image-gen", "gpt-3.5-turbo"],
        observedGeneration: 1,
      });
      const { document, secrets, hash } = await scene.delivered("seed");
      expect(document).toMatchObject({ hash: status.configHash, name: "seed" });
      expect(hash).toBe(status.configHash);
      expect(Object.values(secrets)).toEqual(expect.arrayContaining(["sk-xyz123", "sk-abc456"]));
      const told = JSON.stringify([document, status, await scene.events("seed")]);
      expect(told).not.toMatch(/sk-xyz123|sk-abc456/);
    });

    test("an edit reaches the ConfigMap, and fifty in a moment do so in a few writes", async () => {
      await scene.put(await sample("edited"));
      await scene.reaches("edited", { Ready: "True" });
      const before = await scene.delivered("edited");
      const hashes = new Set<string | undefined>();
      for (let edit = 1; edit <= 50; edit += 1) {
        await scene.patch("edited", { spec: { routes: [{ path: `/edit/${edit}`, targetModel: "gpt-3.5-turbo" }] } });
        hashes.add((await scene.delivered("edited")).hash);
      }
      await scene.settles("edited", ({ document }) => JSON.stringify(document).includes("/edit/50"));
      const after = await scene.delivered("edited");
      expect(after.hash).not.toBe(before.hash);
      expect(hashes.size).toBeLessThan(5); // one for every two seconds that the edits took
    });

    test("what somebody changes, strips or deletes of it comes back", async () => {
      await scene.put(await sample("drifting"));
      await scene.reaches("drifting", { Ready: "True" });
      const { hash } = await scene.delivered("drifting");
      const isRight = (delivered: { hash: string | undefined; document: unknown }) =>
        delivered.hash === hash && JSON.stringify(delivered.document).includes(hash ?? "?");
      await scene.kubectl(
        "patch",
        "configmap",
        "drifting-gateway",
        "--type=merge",
        "-p",
        '{"data":{"gateway.json":"{}"}}',
      );
      await scene.settles("drifting", isRight);
      await scene.kubectl("label", "configmap", "drifting-gateway", "app.kubernetes.io/managed-by-");
      await scene.kubectl("annotate", "configmap", "drifting-gateway", "gateway.example.com/config-hash-");
      await scene.settles("drifting", isRight);
      await scene.kubectl("delete", "configmap,secret", "drifting-gateway");
      await scene.settles("drifting", isRight);
    });

    test("a Secret that is missing is named; once it is there the model runs, and a new key follows without an edit", async () => {
      const gateway = await sample("secretive");
      const valueFrom = { secretKeyRef: { name: "late", key: "api-key" } };
      const [first, second] = gateway.spec.models;
      if (!first || !second) throw new Error("the sample has two models");
      const models = [{ ...first, auth: { type: "apikey" as const, valueFrom } }, second];
      await scene.put({ ...gateway, spec: { ...gateway.spec, models } });
      const status = await scene.reaches("secretive", { ResolvedRefs: "False", Programmed: "True" });
      expect(status.appliedModels).toEqual(["dall-e-image-gen"]);
      expect(status.conditions?.find(({ type }) => type === "ResolvedRefs")?.message).toContain("late");
      await scene.kubectl("create", "secret", "generic", "late", "--from-literal=api-key=first-key");
      await scene.reaches("secretive", { Ready: "True" });
      expect(Object.values((await scene.delivered("secretive")).secrets)).toContain("first-key");
      const rotated = Buffer.from("second-key").toString("base64");
      await scene.kubectl("patch", "secret", "late", "--type=merge", "-p", `{"data":{"api-key":"${rotated}"}}`);
      await scene.settles("secretive", ({ secrets }) => Object.values(secrets).includes("second-key"));
    });

    test("an approval that ends is told at that moment, without an edit, and the model runs on", async () => {
      const gateway = await sample("timed");
      const [first] = gateway.spec.models;
      if (!first) throw new Error("the sample has a model");
      const [route] = gateway.spec.routes;
      const spec = { ...gateway.spec, models: [{ ...first, provider: "openai" }], routes: route ? [route] : [] };
      const expiresAt = new Date(Date.now() + 6000).toISOString();
      const lifecycle = { state: "Approved", expiresAt };
      const approval = { apiVersion: API_VERSION, kind: "ApprovedModel", metadata: { name: "timed" } };
      await scene.put({ ...approval, spec: { provider: "openai", models: ["gpt-3.5-turbo"], lifecycle } });
      stack.defer(() => scene.remove("ApprovedModel", "timed"));
      await scene.put({ ...gateway, spec });
      await scene.reaches("timed", { Approved: "True", Ready: "True" });
      const delivered = await scene.delivered("timed");
      const status = await scene.reaches("timed", { Approved: "False" });
      expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(expiresAt));
      expect(Date.now() - Date.parse(expiresAt)).toBeLessThan(5000);
      expect(status.appliedModels).toEqual(["gpt-3.5-turbo"]);
      expect((await scene.delivered("timed")).hash).toBe(delivered.hash);
    });

    test("what was delivered goes with its gateway", async () => {
      await scene.put(await sample("going"));
      await scene.reaches("going", { Ready: "True" });
      await scene.kubectl("delete", "aigw", "going", "--wait=true");
      await scene.isGone("configmap", "going-gateway");
      await scene.isGone("secret", "going-gateway");
    });

    test("two controllers leave each other's gateways alone, and hand over when the class is edited", async () => {
      const name = "example.com/second";
      const values = { "controller.name": name, "secretNamespaces[0]": plane.namespace };
      await using _second = await installGatehouse(plane, { name: "second", beside: gatehouse, values });
      await scene.put(jsonClass("theirs", name));
      for (const part of partsOf("handed-over")) await scene.put(part);
      const gateway = await sample("handed-over", "theirs");
      const models = [...gateway.spec.models, { name: "shared", modelRef: { name: "handed-over" } }];
      await scene.put({ ...gateway, spec: { ...gateway.spec, models } });
      const theirs = await scene.reaches("handed-over", { Ready: "True" });
      expect(theirs.controllerName).toBe(name);
      expect(await scene.statusManagers("handed-over")).toEqual([name]);
      expect(await scene.statusManagers("seed")).toEqual(["gatehouse"]);
      const delivered = await scene.delivered("handed-over");
      for (const { kind } of partsOf("")) await spokenOfBy(kind, name);

      await scene.put(jsonClass("theirs", CONTROLLER_NAME));
      await poll("it is ours", async () => (await scene.status("handed-over")).controllerName === CONTROLLER_NAME);
      expect(await scene.reaches("handed-over", { Ready: "True" })).toMatchObject({
        appliedModels: theirs.appliedModels,
        configHash: theirs.configHash,
      });
      expect(await scene.statusManagers("handed-over")).toEqual(["gatehouse"]);
      expect(await scene.delivered("handed-over")).toEqual(delivered);
      for (const { kind } of partsOf("")) await spokenOfBy(kind, CONTROLLER_NAME);
      // Nobody else holds on to what the route no longer names.
      for (const part of partsOf("seed")) await scene.put(part);
      await poll("the route speaks of its new parent alone", async () => {
        const { status } = await partOf("AIRoute");
        return status?.parents?.length === 1 && status.parents[0]?.name === "seed";
      });
      await scene.put(jsonClass("theirs", name));
      await poll("it is theirs again", async () => (await scene.status("handed-over")).controllerName === name);
      for (const part of partsOf("handed-over")) await scene.put(part);
      for (const { kind } of partsOf("")) await spokenOfBy(kind, name);
      await scene.settles("handed-over", ({ document }) => JSON.stringify(document).includes('"/handed-over"'));
      const last = await scene.delivered("handed-over");

      await scene.put(jsonClass("theirs", "example.com/another-product"));
      for (const { kind } of partsOf("")) await spokenOfBy(kind, undefined);
      await poll("the gateway says nothing", async () => Object.keys(await scene.status("handed-over")).length === 0);
      expect(await scene.delivered("handed-over")).toEqual(last);
      for (const { kind } of partsOf("")) await scene.remove(kind, "handed-over");
      await scene.remove("aigw", "handed-over");
      await scene.remove("AIGatewayClass", "theirs");
    }, 120_000);

    test("one of the Pods leads; killed, another leads after the time of its lease and delivers", async () => {
      const { pod, identity } = await scene.leader(gatehouse.namespace, "gatehouse");
      const leading = (await gatehouse.deployment.pods()).find(({ name }) => name === pod);
      if (leading === undefined) throw new Error(`${pod} is no ready Pod`);
      const started = performance.now();
      process.kill(leading.processId, "SIGKILL");
      await scene.put(await sample("orphaned"));
      await scene.reaches("orphaned", { Ready: "True" });
      expect((await scene.leader(gatehouse.namespace, "gatehouse")).identity).not.toBe(identity);
      expect(performance.now() - started).toBeGreaterThan(10_000); // it was killed, and released nothing
    });

    test("a leader that is asked to end hands over at once, and what was delivered is not written again", async () => {
      const { identity } = await scene.leader(gatehouse.namespace, "gatehouse");
      const before = await scene.delivered("seed");
      expect(await gatehouse.deployment.replace()).toEqual([0, 0]);
      await scene.put(await sample("after"));
      await scene.reaches("after", { Ready: "True" });
      expect((await scene.leader(gatehouse.namespace, "gatehouse")).identity).not.toBe(identity);
      expect(await scene.delivered("seed")).toEqual(before);
    });
  },
  { certManager: true },
);

function jsonClass(name: string, controllerName?: string) {
  const spec = { adapter: "json", ...(controllerName !== undefined && { controllerName }) };
  return { apiVersion: API_VERSION, kind: "AIGatewayClass", metadata: { name }, spec };
}

interface Part {
  readonly metadata: { readonly managedFields: readonly { readonly manager: string; readonly subresource?: string }[] };
  readonly status?: {
    readonly controllers?: readonly string[];
    readonly parents?: readonly { readonly name: string }[];
  };
}
