import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { valueAt } from "#api/field-path.ts";
import { API_VERSION } from "#api/kind.ts";
import type { AIGatewayConfig } from "#api/kinds/ai-gateway-config.ts";
import { KINDS } from "#api/kinds.ts";
import { describeOnControlPlane } from "../support/control-plane/connect.ts";
import { poll } from "../support/control-plane/poll.ts";
import { installCustomResourceDefinitions } from "../support/gatehouse/install.ts";

const SAMPLE = join(import.meta.dirname, "../fixtures/seed/default-ai-config.yaml");
const SHOWN = join(import.meta.dirname, "../fixtures/kubectl/get");

describeOnControlPlane("the CRDs of the chart, without our server", (plane) => {
  let said = "";

  beforeAll(async () => {
    said = await installCustomResourceDefinitions(plane);
  });

  test("are accepted without a warning, CEL cost included", () => {
    expect(said).not.toMatch(/warning/i);
    expect(said.match(/serverside-applied/g)).toHaveLength(KINDS.length);
  });

  test("keep every field of the user's sample", async () => {
    const sample = parse(await readFile(SAMPLE, "utf8")) as AIGatewayConfig;
    const inNamespace = { ...sample, metadata: { ...sample.metadata, namespace: plane.namespace } };
    const path = `/apis/${API_VERSION}/namespaces/${plane.namespace}/aigatewayconfigs`;
    const { status, body } = await plane.request("POST", path, { body: inNamespace });
    expect(status).toBe(201);
    expect(missingFrom(body, inNamespace)).toEqual([]);
  });

  test.each(KINDS.filter(({ scope }) => scope === "Namespaced"))(
    "show what matters of each $kind in kubectl get",
    async ({ plural }) => {
      const namespace = ["--namespace", plane.namespace];
      await plane.kubectl([...namespace, "delete", plural, "--all"]);
      const path = `/apis/${API_VERSION}/namespaces/${plane.namespace}/${plural}`;
      for (const document of parseAllDocuments(await readFile(join(SHOWN, `${plural}.yaml`), "utf8"))) {
        const object = document.toJS() as AIGatewayConfig;
        const created = await plane.request("POST", path, { body: object });
        expect(created).toMatchObject({ status: 201 });
        if (!object.status) continue;
        const body = { ...(created.body as object), status: object.status };
        expect(await plane.request("PUT", `${path}/${object.metadata.name}/status`, { body })).toMatchObject({
          status: 200,
        });
      }
      const { stdout } = await plane.kubectl([...namespace, "get", plural]);
      const wide = await plane.kubectl([...namespace, "get", plural, "--output", "wide"]);
      await plane.kubectl([...namespace, "delete", plural, "--all"]);
      await expect(`${ageless(stdout)}\n${ageless(wide.stdout)}`).toMatchFileSnapshot(
        join(SHOWN, `${plural}.golden.txt`),
      );
    },
  );

  describe.each(KINDS)("of $kind", ({ kind, plural }) => {
    /** What kubectl explain reads. The API server publishes it a moment after it serves the kind. */
    const published = () =>
      poll("OpenAPI of the kind is published", async () => {
        const { body } = await plane.request("GET", `/openapi/v3/apis/${API_VERSION}`);
        return valueAt(body, ["components", "schemas", `com.example.gateway.v1.${kind}`]) as Described | undefined;
      });

    test("describe every field", async () => {
      const fields = fieldsOf(await published());
      expect(fields.length).toBeGreaterThan(20);
      expect(fields.filter(({ description }) => description === "").map(({ path }) => path)).toEqual([]);
    });

    test("are shown whole by kubectl explain", async () => {
      const fields = fieldsOf(await published());
      const { stdout } = await plane.kubectl(["explain", plural, "--recursive"]);
      const shown = stdout.split("\n").flatMap((line) => /^ {2,}(\S+)\t<.+>/.exec(line)?.[1] ?? []);
      expect(fields.filter(({ path }) => !shown.includes(path.split(".").at(-1) ?? ""))).toEqual([]);
      // A call for each of hundreds of fields would take minutes: the deepest stands for all.
      const deepest = fields.reduce((one, other) => (depthOf(other) > depthOf(one) ? other : one));
      const explained = await plane.kubectl(["explain", `${plural}.${deepest.path}`]);
      expect(explained.stdout.replace(/\s+/g, " ")).toContain(deepest.description);
    });
  });
});

/** The same table without the time that has passed, which changes the width of its column too. */
function ageless(table: string): string {
  const [header = "", ...rows] = table.trimEnd().split("\n");
  const starts = Array.from(header.matchAll(/\S+/g), ({ index }) => index);
  const cellsOf = (row: string) => starts.map((start, index) => row.slice(start, starts[index + 1]).trim());
  const names = cellsOf(header);
  const shown = rows.map((row) => cellsOf(row).map((cell, index) => (names[index] === "AGE" ? "…" : cell)));
  return [names, ...shown].map((cells) => `${cells.join(" | ")}\n`).join("");
}

interface Described {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Described>>;
  readonly items?: Described;
}

interface Field {
  readonly path: string;
  readonly description: string;
}

/** Every field below, by the path that kubectl explain takes. */
function fieldsOf({ properties = {}, items }: Described, path = ""): readonly Field[] {
  const below = Object.entries(properties).flatMap(([name, schema]) => {
    const own = path === "" ? name : `${path}.${name}`;
    return [{ path: own, description: schema.description ?? "" }, ...fieldsOf(schema, own)];
  });
  return items ? [...below, ...fieldsOf(items, path)] : below;
}

function depthOf({ path }: Field): number {
  return path.split(".").length;
}

/** Paths of fields that are in `expected` and not, with the same value, in `actual`. */
function missingFrom(actual: unknown, expected: unknown, path = ""): readonly string[] {
  if (typeof expected !== "object" || expected === null) return actual === expected ? [] : [path];
  return Object.entries(expected).flatMap(([key, value]) =>
    missingFrom(valueAt(actual, [Array.isArray(actual) ? Number(key) : key]), value, `${path}.${key}`),
  );
}
