import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { AIGatewayConfig } from "#api/kinds/ai-gateway-config.ts";
import type { KubernetesObject } from "#api/object-meta.ts";
import { MODEL_NAMES, NAMESPACES, validConfig } from "../../test/support/arbitrary-objects.ts";
import {
  validAIRoute,
  validIntegrationConfig,
  validModelConfig,
  validPromptTemplate,
  validRateLimitPolicy,
} from "../../test/support/arbitrary-stored-objects.ts";
import { StoredIndex } from "./stored-index.ts";
import { STORED_KINDS, type StoredKind, type StoredObject, type StoredRoute } from "./stored-objects.ts";

test("after any events every answer is what a look through all objects gives", () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 24 }), (events) => {
      const index = new StoredIndex();
      const world: World = new Map();
      for (const event of events) {
        event(index, world);
        const found = [...NAMESPACES, "never-known"].flatMap((namespace) => answersIn(namespace, index, world));
        // Vitest compares slowly, and explains well: it is asked only about what differs.
        const wrong = [usersOfModels(index, world), ...found].filter((pair) => !isDeepStrictEqual(...pair));
        expect(wrong.map(([answer]) => answer)).toEqual(wrong.map(([, expected]) => expected));
      }
    }),
    { numRuns: 200 },
  );
});

test("what is gone leaves nothing behind", () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(...STORED_KINDS.map((kind) => objectsOf[kind])), { maxLength: 8 }), (objects) => {
      const [index, untouched] = [new StoredIndex(), new StoredIndex()];
      for (const object of objects) applying(object)(index, new Map());
      for (const object of objects) index.delete(object.kind as StoredKind, keyOf(object));
      for (const namespace of NAMESPACES) expect(index.in(namespace)).toBe(untouched.in(namespace));
    }),
  );
});

/** All objects, by kind and `namespace/name`. */
type World = Map<string, KubernetesObject>;
type Event = (index: StoredIndex, world: World) => void;

const NAMES = ["first", "second", "third", "fourth"] as const;

const objectsOf: Readonly<Record<StoredKind, fc.Arbitrary<KubernetesObject>>> = {
  AIGatewayConfig: validConfig,
  ModelConfig: validModelConfig,
  AIRoute: validAIRoute,
  PromptTemplate: validPromptTemplate,
  RateLimitPolicy: validRateLimitPolicy,
  IntegrationConfig: validIntegrationConfig,
};

const event: fc.Arbitrary<Event> = fc.constantFrom(...STORED_KINDS).chain((kind) =>
  fc.oneof(
    { weight: 3, arbitrary: objectsOf[kind].map(applying) },
    {
      weight: 1,
      arbitrary: fc.tuple(fc.constantFrom(...NAMESPACES), fc.constantFrom(...NAMES)).map(deleting(kind)),
    },
  ),
);

function applying(object: KubernetesObject): Event {
  return (index, world) => {
    index.apply(object.kind as StoredKind, object as never);
    world.set(`${object.kind}/${keyOf(object)}`, object);
  };
}

function deleting(kind: StoredKind): (place: readonly [string, string]) => Event {
  return ([namespace, name]) =>
    (index, world) => {
      index.delete(kind, `${namespace}/${name}`);
      world.delete(`${kind}/${namespace}/${name}`);
    };
}

/** What it says about the objects of one namespace, each beside what is right. */
function answersIn(namespace: string, index: StoredIndex, world: World): (readonly [unknown, unknown])[] {
  const objects = index.in(namespace);
  const stored = Array.from(world.values()).filter(({ metadata }) => metadata.namespace === namespace);
  const routes = stored.filter(({ kind }) => kind === "AIRoute") as (KubernetesObject & StoredRoute)[];
  return [
    ...STORED_KINDS.flatMap((kind) => [
      [
        Array.from(objects.names(kind)).sort(),
        stored
          .filter((each) => each.kind === kind)
          .map(nameOf)
          .sort(),
      ] as const,
      ...NAMES.flatMap((name) => [
        [objects.get(kind, name), world.get(`${kind}/${namespace}/${name}`)] as const,
        [
          keysOf(objects.usersOf(kind, name)),
          keysOf(stored.filter((each) => refersTo(each, kind, name)).map(identityOf)),
        ] as const,
      ]),
    ]),
    [Array.from(objects.modelNames()).sort(), modelNamesIn(stored)],
    ...MODEL_NAMES.map((name) => [objects.hasModel(name), modelNamesIn(stored).includes(name)] as const),
    ...NAMES.map((name) => {
      const attached = routes.filter(({ spec }) => spec.parentRefs?.some((parent) => parent.name === name));
      const expected = attached.map(({ spec, metadata }) => `${spec.path ?? ""} ${metadata.name}`);
      const known = Array.from(objects.routesOf(name) ?? [], ([path, group]) =>
        Array.from(group, ({ metadata }) => `${path} ${metadata.name}`),
      );
      return [
        objects.routesOf(name) && known.flat().sort(),
        attached.length === 0 ? undefined : expected.sort(),
      ] as const;
    }),
  ];
}

function modelNamesIn(stored: readonly KubernetesObject[]): readonly string[] {
  const gateways = stored.filter(({ kind }) => kind === "AIGatewayConfig") as AIGatewayConfig[];
  return Array.from(new Set(gateways.flatMap(({ spec }) => spec.models.map(({ name }) => name)))).sort();
}

/** By a search for such a field anywhere, without knowing where it may stand. */
function refersTo(object: KubernetesObject, kind: StoredKind, name: string): boolean {
  const field = { AIGatewayConfig: "parentRefs", ModelConfig: "modelRef", PromptTemplate: "promptTemplateRef" };
  let found = false;
  JSON.stringify(object, (key, value: { readonly name?: unknown; readonly kind?: unknown } | null) => {
    const named: unknown = Object.entries(field).find(([each]) => each === kind)?.[1];
    const refers = (each: typeof value) => each?.name === name;
    if (key === named && (Array.isArray(value) ? value.some(refers) : refers(value))) found = true;
    if (value?.kind === kind && value.name === name) found = true;
    return value;
  });
  return found;
}

/** Those with a model that an approval has to cover. */
function usersOfModels(index: StoredIndex, world: World): readonly [unknown, unknown] {
  const users = Array.from(index.usesOf("*"), (use) => Array.from(use.users)).flat();
  return [keysOf(users), keysOf(Array.from(world.values()).filter(hasModel).map(identityOf))];
}

function hasModel(object: KubernetesObject): boolean {
  if (object.kind !== "AIGatewayConfig") return object.kind === "ModelConfig";
  const { spec } = object as KubernetesObject & { readonly spec: { readonly models: readonly object[] } };
  return spec.models.some((model) => !("modelRef" in model));
}

function keysOf(objects: Iterable<StoredObject>): readonly string[] {
  return [...new Set(Array.from(objects, ({ kind, namespace, name }) => `${kind}/${namespace}/${name}`))].sort();
}

function identityOf(object: KubernetesObject): StoredObject {
  return { kind: object.kind as StoredKind, namespace: object.metadata.namespace ?? "", name: nameOf(object) };
}

function keyOf(object: KubernetesObject): string {
  return `${object.metadata.namespace}/${nameOf(object)}`;
}

function nameOf({ metadata }: KubernetesObject): string {
  return metadata.name ?? "";
}
