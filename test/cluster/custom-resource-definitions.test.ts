import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { valueAt } from "#api/field-path.ts";
import type { AIGatewayConfig } from "#api/kinds/ai-gateway-config.ts";
import { describeOnControlPlane } from "../support/control-plane/connect.ts";
import { poll } from "../support/control-plane/poll.ts";
import { installCustomResourceDefinitions } from "../support/gatehouse/install.ts";

const SAMPLE = join(import.meta.dirname, "../fixtures/seed/default-ai-config.yaml");

describeOnControlPlane("the CRDs of the chart, without our server", (plane) => {
  let said = "";

  beforeAll(async () => {
    said = await installCustomResourceDefinitions(plane);
  });

  test("are accepted without a warning, CEL cost included", () => {
    expect(said).not.toMatch(/warning/i);
    expect(said.match(/serverside-applied/g)).toHaveLength(4);
  });

  test("keep every field of the user's sample", async () => {
    const sample = parse(await readFile(SAMPLE, "utf8")) as AIGatewayConfig;
    const inNamespace = { ...sample, metadata: { ...sample.metadata, namespace: plane.namespace } };
    const { status, body } = await create(inNamespace);
    expect(status).toBe(201);
    expect(missingFrom(body, inNamespace)).toEqual([]);
  });

  test("describe every field to kubectl explain", async () => {
    // The API server publishes OpenAPI a moment after it serves the kind.
    const { stdout } = await poll("OpenAPI of the kind is published", () =>
      plane.kubectl(["explain", "aigw.spec", "--recursive"]),
    );
    for (const field of ["gatewayClassName", "tokensPerMinute", "promptTemplateRef", "secretKeyRef"]) {
      expect(stdout).toContain(field);
    }
  });

  test("let an object from before a CEL rule be edited elsewhere", async () => {
    const definition = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/aigatewayconfigs.gateway.example.com";
    const { body } = await plane.request("GET", definition);
    const rules = "/spec/versions/0/schema/openAPIV3Schema/properties/spec/x-kubernetes-validations";
    const kept = valueAt(
      body,
      rules
        .split("/")
        .slice(1)
        .map((segment) => (segment === "0" ? 0 : segment)),
    );
    const object = {
      apiVersion: "gateway.example.com/v1",
      kind: "AIGatewayConfig",
      metadata: { name: "from-before", namespace: plane.namespace },
      spec: { models: [{ name: "a", endpoint: "https://a.example" }], routes: [{ path: "/", targetModel: "gone" }] },
    };
    try {
      await plane.kubectl([
        "patch",
        "crd",
        "aigatewayconfigs.gateway.example.com",
        "--type=json",
        "-p",
        JSON.stringify([{ op: "remove", path: rules }]),
      ]);
      await poll("the CRD without its rules is served", async () => (await create(object)).status === 201);
    } finally {
      await plane.kubectl([
        "patch",
        "crd",
        "aigatewayconfigs.gateway.example.com",
        "--type=json",
        "-p",
        JSON.stringify([{ op: "add", path: rules, value: kept }]),
      ]);
    }
    const after = { ...object, metadata: { ...object.metadata, name: "after" } };
    await poll("the CRD with its rules is served", async () => (await create(after, "?dryRun=All")).status === 422);
    const path = `/apis/gateway.example.com/v1/namespaces/${plane.namespace}/aigatewayconfigs/from-before`;
    const edited = await plane.request("PATCH", path, {
      body: { spec: { models: [{ name: "a", endpoint: "https://b.example" }] } },
    });
    expect(edited.status).toBe(200);
    const broken = await plane.request("PATCH", path, {
      body: { spec: { routes: [{ path: "/new", targetModel: "gone" }] } },
    });
    expect(broken.status).toBe(422);
  });

  function create(object: object, query = "") {
    return plane.request(
      "POST",
      `/apis/gateway.example.com/v1/namespaces/${plane.namespace}/aigatewayconfigs${query}`,
      { body: object },
    );
  }
});

/** Paths of fields that are in `expected` and not, with the same value, in `actual`. */
function missingFrom(actual: unknown, expected: unknown, path = ""): readonly string[] {
  if (typeof expected !== "object" || expected === null) return actual === expected ? [] : [path];
  return Object.entries(expected).flatMap(([key, value]) =>
    missingFrom(valueAt(actual, [Array.isArray(actual) ? Number(key) : key]), value, `${path}.${key}`),
  );
}
