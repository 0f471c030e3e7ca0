import type fc from "fast-check";
import type { AddOperation } from "#api/admission-review.ts";
import { aiGatewayConfig } from "#api/kinds/ai-gateway-config.ts";
import type { ApprovedModel } from "#api/kinds/approved-model.ts";
import type { Model } from "#api/kinds/model.ts";
import type { MutationFacts } from "#mutate/facts.ts";
import { mutationOperations } from "#mutate/mutation-operations.ts";
import { FactIndex } from "#policy/fact-index.ts";
import { ARBITRARY_KNOWN_MODELS } from "./arbitrary-known-models.ts";
import { factObjects } from "./arbitrary-objects.ts";
import { configWith, factsFor, NOW, type World } from "./facts.ts";

/** What mutation adds to an object of namespace `team-a`; with `old`, on an update. */
export function operationsFor(object: unknown, world: World = {}, old?: unknown): readonly AddOperation[] {
  const { lookup, policy, now } = factsFor(world);
  return mutationOperations(aiGatewayConfig, object, old, { lookup, policy, now, namespace: "team-a" });
}

/** What mutation adds to a configuration's only model; of any shape, so that a test may break it. */
export function modelOperationsFor(model: object, world: World = {}): readonly AddOperation[] {
  return operationsFor(configWith({ models: [model as Model] }), world);
}

/** An approval of `gpt-4o` by OpenAI, in force, with nothing else in it but what is given. */
export function approvalWith(spec: Partial<ApprovedModel["spec"]> = {}, name = "openai"): ApprovedModel {
  return {
    apiVersion: "gateway.example.com/v1",
    kind: "ApprovedModel",
    metadata: { name },
    spec: { provider: "openai", models: ["gpt-4o"], lifecycle: { state: "Approved" }, ...spec },
  };
}

/** A policy's value with a source, as the effective policy has them. */
export function fromPolicy<T>(value: T): { readonly value: T; readonly source: string } {
  return { value, source: "policy team-defaults" };
}

/** Facts as the index has them, for an object of one namespace, over any policies, approvals and classes. */
export const mutationFacts: fc.Arbitrary<MutationFacts> = factObjects.map((objects) => {
  const lookup = new FactIndex(ARBITRARY_KNOWN_MODELS);
  lookup.replace(objects);
  const namespace = "team-a";
  return { now: NOW, lookup, policy: lookup.effectivePolicy({ namespace, name: "first" }, NOW), namespace };
});

/** A copy of the object with the operations applied. */
export function patched(object: unknown, operations: readonly AddOperation[]): unknown {
  return patchedInPlace(structuredClone(object), operations);
}

/** Applies operations in the plainest way that could be right. Fails where one would replace anything. */
export function patchedInPlace(object: unknown, operations: readonly AddOperation[]): unknown {
  for (const { path, value } of operations) {
    const segments = path
      .split("/")
      .slice(1)
      .map((segment) => segment.replaceAll("~1", "/").replaceAll("~0", "~"));
    const name = segments.pop() ?? "";
    const parent = segments.reduce(ownField, object);
    if (Array.isArray(parent) || ownField(parent, name) !== undefined) throw new Error(`${path} is no new field`);
    // Assignment would change the prototype where the name is `__proto__`.
    Object.defineProperty(parent, name, { value, writable: true, enumerable: true, configurable: true });
  }
  return object;
}

function ownField(holder: unknown, name: string): unknown {
  if (typeof holder !== "object" || holder === null)
    throw new Error(`nothing can be named ${name} in ${String(holder)}`);
  return Object.hasOwn(holder, name) ? (holder as Readonly<Record<string, unknown>>)[name] : undefined;
}
