import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { aiGatewayClass } from "#api/kinds/ai-gateway-class.ts";
import { attachedPolicy } from "#api/kinds/attached-policy.ts";
import { integrationConfig } from "#api/kinds/integration-config.ts";
import { model } from "#api/kinds/model.ts";
import { modelConfig } from "#api/kinds/model-config.ts";
import { POLICY_CONFIGS } from "#api/kinds/policy-config.ts";
import { limit } from "#api/kinds/rate-limit-policy.ts";
import { route } from "#api/kinds/route.ts";
import type { JsonSchema } from "#api/schema.ts";
import { GATEWAY_PARTS, type GatewayPart } from "./adapter.ts";
import { ADAPTERS, adapterOf } from "./adapters.ts";
import type { Lack } from "./lack.ts";
import { modulesOf, type Parameters } from "./parameters.ts";

const SCHEMAS: Readonly<Record<GatewayPart, JsonSchema>> = {
  model: { ...model.json, properties: { ...modelConfig.spec.json.properties, ...model.json.properties } },
  route: route.json,
  policy: attachedPolicy.json,
  limit: limit.json,
  integration: integrationConfig.spec.json,
};

const LACKS = ADAPTERS.flatMap(({ name, lacks }) =>
  GATEWAY_PARTS.flatMap((part) => lacks[part].map((lack) => ({ name, part, lack, field: lack.field }))),
);

it("there is one for each word that a class may say", () => {
  const words = aiGatewayClass.spec.json.properties?.["adapter"]?.enum;
  expect(ADAPTERS.map(({ name }) => name)).toEqual(words);
});

it.each(LACKS)("what $name lacks of a $part is a field of ours: $field", ({ part, lack }) => {
  const schema = schemaOf(part, lack);
  expect(schema).toBeDefined();
  const values = [lack.value, lack.except].filter((value) => value !== undefined);
  for (const value of values) expect(schema?.enum ?? [value]).toContain(value);
  expect(lack.because).not.toMatch(/\.$/);
});

it("a lack stands once", () => {
  const keys = LACKS.map(({ name, part, lack }) => [name, part, lack.of, lack.field, lack.value, lack.above].join(" "));
  expect(new Set(keys).size).toBe(keys.length);
});

function schemaOf(part: GatewayPart, { field, of }: Lack): JsonSchema | undefined {
  const [first, ...rest] = field.split(".");
  const config =
    of !== undefined && Object.hasOwn(POLICY_CONFIGS, of) ? POLICY_CONFIGS[of as "observability"].json : undefined;
  const names = first === "config" ? rest : [first ?? "", ...rest];
  let schema = first === "config" ? config : SCHEMAS[part];
  for (const name of names) {
    const plain = name.replace("[]", "");
    schema = schema?.properties?.[plain];
    if (plain !== name) schema = schema?.items;
  }
  return schema;
}

const classOf = (spec: object) => ({ apiVersion: "", kind: "AIGatewayClass", metadata: { name: "a" }, spec });

describe("a class", () => {
  it("has the adapter that it names, and json if it names none", () => {
    expect(adapterOf(classOf({ adapter: "envoy" }))?.name).toBe("envoy");
    expect(adapterOf(classOf({}))?.name).toBe("json");
    expect(adapterOf(classOf({ controllerName: "gateway.example.com/gatehouse" }))?.name).toBe("json");
  });

  it("of another controller has none that we know", () => {
    expect(adapterOf(classOf({ adapter: "envoy", controllerName: "example.org/other" }))).toBeUndefined();
  });

  it.each<Parameters>([undefined, {}, { modules: "http.handlers.rate_limit" }, { modules: null }])(
    "has no modules by parameters %j",
    (parameters) => expect(modulesOf(parameters)).toEqual([]),
  );
});

const name = fc.oneof(
  fc.string({ minLength: 1, maxLength: 12, unit: fc.constantFrom(...Array.from("aAbB1-_./: é")) }),
  fc.string({ minLength: 1 }),
);

describe.each(ADAPTERS)("the adapter $name", ({ identifiers, expansion, footprint }) => {
  it("tells plain names apart", () => {
    const plain = name.filter((text) => identifiers.plain.test(text));
    fc.assert(
      fc.property(plain, plain, (one, other) => one === other || identifiers.of(one) !== identifiers.of(other)),
    );
  });

  it("makes identifiers that Secrets take as keys, and no longer than the name where it is a letter for a letter", () => {
    fc.assert(
      fc.property(name, (text) => {
        const identifier = identifiers.of(text);
        // Kubernetes, IsConfigMapKey.
        expect(identifier).toMatch(/^[-._A-Za-z0-9]+$/);
        expect(identifier === "." || identifier.startsWith("..")).toBe(false);
      }),
    );
  });

  it("has an escape for what it replaces, or says that there is none", () => {
    if (expansion.syntax === undefined) return;
    const [first = ""] = expansion.syntax.split(", ");
    expect(expansion.escape !== undefined || expansion.isInescapable(first)).toBe(true);
    expect(expansion.escape?.(first)).not.toBe(first);
    expect(expansion.isInescapable("an ordinary text")).toBe(false);
  });

  it("counts its own escapes", () => {
    const { escaped } = footprint;
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...Array.from('a%{}\\é"')) }), (text) => {
        const written = JSON.stringify(expansion.escape?.(text) ?? text);
        const longer = (text.match(escaped?.characters ?? /$^/g)?.length ?? 0) * ((escaped?.bytes ?? 1) - 1);
        expect(Buffer.byteLength(written)).toBeLessThanOrEqual(Buffer.byteLength(JSON.stringify(text)) + longer);
      }),
    );
  });
});
