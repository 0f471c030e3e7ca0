import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { AIGatewayClass } from "#api/kinds/ai-gateway-class.ts";
import { DEFAULT_CLASS_ANNOTATION } from "#api/kinds/ai-gateway-class.ts";
import type { AIGatewayConfig } from "#api/kinds/ai-gateway-config.ts";
import type { AIGatewayPolicy } from "#api/kinds/ai-gateway-policy.ts";
import type { ApprovedModel } from "#api/kinds/approved-model.ts";
import type { ModelConfig } from "#api/kinds/model-config.ts";
import type { KubernetesObject } from "#api/object-meta.ts";
import {
  MODEL_NAMES,
  NAMESPACES,
  namespaceName,
  validApproval,
  validClass,
  validConfig,
  validPolicy,
} from "../../test/support/arbitrary-objects.ts";
import {
  validAIRoute,
  validIntegrationConfig,
  validModelConfig,
  validPromptTemplate,
  validRateLimitPolicy,
} from "../../test/support/arbitrary-stored-objects.ts";
import { dependentsOf } from "./approval-dependents.ts";
import { covers } from "./covers.ts";
import { FACT_KINDS, FactIndex, type FactKind } from "./fact-index.ts";
import { Judgement } from "./judgement.ts";
import { selects } from "./label-selector.ts";
import { matchesModel } from "./model-pattern.ts";
import { type PolicyFact, policyFact } from "./policy-fact.ts";
import type { Subject } from "./policy-lookup.ts";
import { sharedModel } from "./stored-objects.ts";
import { asFarAsKnown } from "./unknown-namespace.ts";

test("after any events every answer is what a fresh look at all objects gives", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(event, moment), { maxLength: 20 }), (events) => {
      const index = new FactIndex();
      const world: World = new Map();
      for (const [event, now] of events) {
        event(index, world);
        // Vitest compares slowly, and explains well: it is asked only about what differs.
        const wrong = answers(index, world, now).filter(([answer, expected]) => !isDeepStrictEqual(answer, expected));
        expect(wrong.map(([answer]) => answer)).toEqual(wrong.map(([, expected]) => expected));
      }
    }),
  );
});

/** All objects, by kind and name. */
type World = Map<string, KubernetesObject>;
type Event = (index: FactIndex, world: World) => void;

/** Around the ends of the exceptions that the generator writes. Drawn anew for each step, so that time runs back too. */
const moment = fc
  .constantFrom("2026-01-01T00:00:00Z", "2027-01-01T12:00:00Z", "2027-06-01T00:00:00Z", "2028-01-01T00:00:00Z")
  .map((timestamp) => Date.parse(timestamp));

const NAMES = ["first", "second", "third", "fourth"] as const;
const CONFIGS = NAMESPACES.flatMap((namespace) => NAMES.map((name) => `${namespace}/${name}`));
const SUBJECTS: readonly Subject[] = ["default", "team-a", "team-b", "never-known"].flatMap((namespace) =>
  ["", "first", "second", "unnamed"].map((name) => ({ namespace, name })),
);

const namespace: fc.Arbitrary<KubernetesObject> = fc.record({
  apiVersion: fc.constant("v1"),
  kind: fc.constant("Namespace"),
  metadata: fc.record(
    {
      name: namespaceName,
      labels: fc.dictionary(fc.constantFrom("env", "team"), fc.constantFrom("a", "b")),
      deletionTimestamp: fc.constant("2027-01-01T00:00:00Z"),
    },
    { requiredKeys: ["name", "labels"] },
  ),
});

const requirement = fc.record({
  key: fc.constantFrom("env", "team", "kubernetes.io/metadata.name"),
  operator: fc.constantFrom("In" as const, "NotIn" as const, "Exists" as const, "DoesNotExist" as const),
  values: fc.subarray(["a", "b", "team-a", "default"]),
});

/** Policies whose selectors have expressions too. */
const policy: fc.Arbitrary<AIGatewayPolicy> = fc
  .tuple(validPolicy, fc.option(fc.array(requirement, { maxLength: 2 }), { nil: undefined }))
  .map(([policy, matchExpressions]) =>
    matchExpressions === undefined
      ? policy
      : {
          ...policy,
          spec: { ...policy.spec, namespaceSelector: { ...policy.spec.namespaceSelector, matchExpressions } },
        },
  );

const objectsOf: Readonly<Record<FactKind, fc.Arbitrary<KubernetesObject>>> = {
  AIGatewayPolicy: policy,
  ApprovedModel: validApproval,
  AIGatewayClass: validClass,
  Namespace: namespace,
  AIGatewayConfig: validConfig,
  ModelConfig: validModelConfig,
  AIRoute: validAIRoute,
  PromptTemplate: validPromptTemplate,
  RateLimitPolicy: validRateLimitPolicy,
  IntegrationConfig: validIntegrationConfig,
};

const event: fc.Arbitrary<Event> = fc.constantFrom(...FACT_KINDS).chain((kind) => {
  const objects = fc.uniqueArray(objectsOf[kind], { selector: keyOf, maxLength: 4 });
  return fc.oneof(
    { weight: 6, arbitrary: objectsOf[kind].map(applying) },
    fc.oneof(
      fc.oneof(fc.constantFrom(...NAMES, ...CONFIGS), namespaceName).map((key) => deleting(kind, key)),
      objects.map((list) => replacingKind(kind, list)),
      fc
        .tuple(objects, fc.array(policy, { maxLength: 1 }))
        .map(([list, more]) => replacing(kind === "AIGatewayPolicy" ? list : [...list, ...more])),
    ),
  );
});

function applying(object: KubernetesObject): Event {
  return (index, world) => {
    index.apply(object);
    world.set(`${object.kind}/${keyOf(object)}`, object);
  };
}

function deleting(kind: FactKind, key: string): Event {
  return (index, world) => {
    index.delete(kind, key);
    world.delete(`${kind}/${key}`);
  };
}

function replacingKind(kind: FactKind, objects: readonly KubernetesObject[]): Event {
  return (index, world) => {
    index.replaceKind(kind, objects);
    for (const object of ofKind(world, kind)) world.delete(`${kind}/${keyOf(object)}`);
    for (const object of objects) world.set(`${kind}/${keyOf(object)}`, object);
  };
}

function replacing(objects: readonly KubernetesObject[]): Event {
  return (index, world) => {
    index.replace(objects);
    world.clear();
    for (const object of objects) world.set(`${object.kind}/${keyOf(object)}`, object);
  };
}

/** What the index says to every question, each beside what is right. */
function answers(index: FactIndex, world: World, now: number): (readonly [unknown, unknown])[] {
  const approvals = ofKind(world, "ApprovedModel") as ApprovedModel[];
  const configs = ofKind(world, "AIGatewayConfig") as AIGatewayConfig[];
  const defaultClass = defaultOf(ofKind(world, "AIGatewayClass") as AIGatewayClass[]);
  return [
    ...SUBJECTS.flatMap((subject) => {
      const { effective, candidates } = judgeAfresh(world, subject, now);
      return [
        [index.effectivePolicy(subject, now), effective],
        [index.auditCandidates(subject, now), candidates],
        [index.namespaceLabels(subject.namespace), labelsOf(world, subject.namespace)],
      ] as const;
    }),
    ...[...MODEL_NAMES, "gpt-", "none", ""].map((id) => {
      const matching = approvals.filter(({ spec }) => spec.models.some((pattern) => matchesModel(pattern, id)));
      return [index.approvalsOf(id).map(nameOf), matching.map(nameOf).sort()] as const;
    }),
    ...NAMES.map((secret) => {
      const supplying = approvals.filter(({ spec }) => spec.defaults?.authSecretRef?.name === secret);
      return [index.approvalsOfSecret(secret).map(nameOf), supplying.map(nameOf).sort()] as const;
    }),
    ...NAMES.map((name) => [index.gatewayClass(name), world.get(`AIGatewayClass/${name}`)] as const),
    [index.defaultGatewayClass(), defaultClass],
    ...NAMES.map((name) => {
      const served = configs.filter(({ spec }) => (spec.gatewayClassName ?? defaultClass?.metadata.name) === name);
      return [keysOf(index.configsOfClass(name)), keysOf(served.map(storedObject))] as const;
    }),
    [Array.from(index.classNames()).sort(), ofKind(world, "AIGatewayClass").map(nameOf).sort()],
    ...NAMESPACES.map((name) => {
      const known = world.get(`Namespace/${name}`);
      return [index.isTerminating(name), known?.metadata.deletionTimestamp !== undefined] as const;
    }),
    ...approvals.map(
      (approval) =>
        [
          keysOf(dependentsOf(approval, index, now)),
          keysOf(
            [...configs, ...(ofKind(world, "ModelConfig") as ModelConfig[])]
              .filter((object) => dependsOn(object, approval, world, now))
              .map(storedObject),
          ),
        ] as const,
    ),
  ];
}

function keysOf(objects: Iterable<{ readonly kind: string } & Subject>): readonly string[] {
  return [...new Set(Array.from(objects, ({ kind, namespace, name }) => `${kind}/${namespace}/${name}`))].sort();
}

function storedObject(object: KubernetesObject) {
  return { kind: object.kind, namespace: object.metadata.namespace ?? "", name: nameOf(object) };
}

/** Whether some model would be covered by nothing without this approval. */
function dependsOn(object: AIGatewayConfig | ModelConfig, approval: ApprovedModel, world: World, now: number): boolean {
  const { namespace = "" } = object.metadata;
  const context = { namespace, namespaceLabels: labelsOf(world, namespace), now };
  const models =
    object.kind === "ModelConfig"
      ? [sharedModel(object as ModelConfig)]
      : (object as AIGatewayConfig).spec.models.filter(({ modelRef }) => modelRef === undefined);
  return models
    .map((model) =>
      (ofKind(world, "ApprovedModel") as ApprovedModel[]).filter((each) => covers(each, model, context).covered),
    )
    .some((covering) => covering.length === 1 && covering[0] === approval);
}

/** The answer without any index. */
function judgeAfresh(world: World, { namespace, name }: Subject, now: number): Judgement {
  const labels = labelsOf(world, namespace);
  const policies: readonly PolicyFact[] = (ofKind(world, "AIGatewayPolicy") as AIGatewayPolicy[])
    .map((policy) => policyFact(nameOf(policy), policy.spec))
    .flatMap((policy) => {
      if (labels === undefined) return asFarAsKnown(policy, namespace) ?? [];
      return selects(policy.spec.namespaceSelector ?? {}, labels) ? policy : [];
    });
  const exceptions = policies
    .flatMap(({ exceptions }) => exceptions)
    .filter((exception) => exception.namespaces?.has(namespace) ?? true)
    .filter((exception) => exception.names?.has(name) ?? true);
  return new Judgement(policies, exceptions, now);
}

function labelsOf(world: World, name: string): Readonly<Record<string, string>> | undefined {
  const known = world.get(`Namespace/${name}`);
  return known && { ...known.metadata.labels, "kubernetes.io/metadata.name": name };
}

function defaultOf(classes: readonly AIGatewayClass[]): AIGatewayClass | undefined {
  return classes
    .filter(({ metadata }) => metadata.annotations?.[DEFAULT_CLASS_ANNOTATION] === "true")
    .sort((a, b) => (sortKeyOf(a) < sortKeyOf(b) ? -1 : 1))
    .at(0);
}

/** All generated timestamps are in the same form, so that their text sorts as time does. */
function sortKeyOf({ metadata }: AIGatewayClass): string {
  return `${metadata.creationTimestamp} ${metadata.name}`;
}

function ofKind(world: World, kind: FactKind): KubernetesObject[] {
  return Array.from(world.values()).filter((object) => object.kind === kind);
}

function nameOf({ metadata }: KubernetesObject): string {
  return metadata.name ?? "";
}

function keyOf(object: KubernetesObject): string {
  const { namespace } = object.metadata;
  return namespace === undefined ? nameOf(object) : `${namespace}/${nameOf(object)}`;
}
