import { GROUP, type Kind, VERSION } from "./kind.ts";
import type { CelRule, JsonSchema } from "./schema.ts";

/**
 * The CustomResourceDefinition of a kind, as `apiextensions.k8s.io/v1` takes it.
 * Nothing is converted: the schemas of `src/api` are structural already.
 */
export function customResourceDefinition(kind: Kind): CustomResourceDefinition {
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    // Uninstalling a chart must not delete what users wrote.
    metadata: { name: `${kind.plural}.${GROUP}`, annotations: { "helm.sh/resource-policy": "keep" } },
    spec: {
      group: GROUP,
      names: {
        kind: kind.kind,
        listKind: `${kind.kind}List`,
        plural: kind.plural,
        singular: kind.singular,
        shortNames: kind.shortNames,
        categories: ["aigateway"],
      },
      scope: kind.scope,
      versions: [
        {
          name: VERSION,
          served: true,
          storage: true,
          subresources: { status: {} },
          additionalPrinterColumns: kind.printerColumns,
          schema: { openAPIV3Schema: publish(objectSchema(kind)) },
        },
      ],
    },
  };
}

export interface CustomResourceDefinition {
  readonly apiVersion: "apiextensions.k8s.io/v1";
  readonly kind: "CustomResourceDefinition";
  readonly metadata: { readonly name: string; readonly annotations: Readonly<Record<string, string>> };
  readonly spec: object;
}

/** The schema of whole objects of a kind; `metadata` is the API server's own business. */
export function objectSchema(kind: Kind): JsonSchema {
  return {
    type: "object",
    description: kind.description,
    required: ["spec"],
    properties: {
      apiVersion: { type: "string", description: "Version of the schema, always gateway.example.com/v1." },
      kind: { type: "string", description: `Always ${kind.kind}.` },
      metadata: { type: "object" },
      spec: kind.spec.json,
      status: kind.status.json,
    },
  };
}

/** Drops what only we read: the name of each CEL rule's twin. */
function publish(schema: JsonSchema): object {
  const { properties, items, additionalProperties, "x-kubernetes-validations": rules, ...rest } = schema;
  return {
    ...rest,
    ...(rules ? { "x-kubernetes-validations": rules.map(publishedRule) } : {}),
    ...(items ? { items: publish(items) } : {}),
    ...(additionalProperties ? { additionalProperties: publish(additionalProperties) } : {}),
    ...(properties
      ? { properties: Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, publish(schema)])) }
      : {}),
  };
}

function publishedRule({ twin: _, ...published }: CelRule): object {
  return published;
}
