import type { AddOperation } from "#api/admission-review.ts";
import { aiGatewayConfig } from "#api/kinds/ai-gateway-config.ts";
import type { ApprovedModel } from "#api/kinds/approved-model.ts";
import type { Model } from "#api/kinds/model.ts";
import { mutationOperations } from "#mutate/mutation-operations.ts";
import { configWith, factsFor, type World } from "./facts.ts";

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
