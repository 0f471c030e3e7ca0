import { valueAt } from "#api/field-path.ts";
import { GROUP, type Kind } from "#api/kind.ts";
import type { KubernetesObject } from "#api/object-meta.ts";
import type { ControlPlaneClient } from "./control-plane/client.ts";
import { poll } from "./control-plane/poll.ts";

const ANYTHING = { type: "object", "x-kubernetes-preserve-unknown-fields": true };

/**
 * Stores objects of a kind whatever its CRD says, as if they were from before its
 * schema: for a moment the CRD has none.
 */
export async function storeFromBefore(
  { request }: ControlPlaneClient,
  { plural }: Kind,
  objects: readonly KubernetesObject[],
): Promise<void> {
  const definition = `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${plural}.${GROUP}`;
  const schema = valueAt((await request("GET", definition)).body, SCHEMA);
  const replaceSchema = async (value: unknown) => {
    const body = [{ op: "replace", path: `/${SCHEMA.join("/")}`, value }];
    await request("PATCH", definition, { contentType: "application/json-patch+json", body });
  };
  const create = (object: KubernetesObject, query = "") => {
    const { namespace } = object.metadata;
    const scope = namespace === undefined ? "" : `namespaces/${namespace}/`;
    return request("POST", `/apis/${object.apiVersion}/${scope}${plural}${query}`, { body: object });
  };
  const takes = async (object: KubernetesObject) => (await create(object, "?dryRun=All")).status === 201;
  const [first] = objects;
  if (!first) return;
  const shapeless = { ...first, metadata: { ...first.metadata, name: "shapeless" }, spec: 0 };
  await replaceSchema(ANYTHING);
  try {
    await poll("the CRD without a schema is served", () => takes(shapeless));
    for (const object of objects) {
      const { status, body } = await create(object);
      if (status !== 201) throw new Error(`${object.metadata.name}: ${status} ${JSON.stringify(body)}`);
    }
  } finally {
    await replaceSchema(schema);
    await poll("the CRD with its schema is served", async () => !(await takes(shapeless)));
  }
}

const SCHEMA = ["spec", "versions", 0, "schema", "openAPIV3Schema"];
