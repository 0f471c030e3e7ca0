import type { AddOperation } from "#api/admission-review.ts";
import type { ApprovedModel } from "#api/kinds/approved-model.ts";
import type { Model } from "#api/kinds/model.ts";
import { coveringApprovals } from "#policy/covering-approvals.ts";
import { type EffectivePolicy, RATE_LIMIT_FIELDS } from "#policy/effective-policy.ts";
import { upstreamId } from "#policy/model-pattern.ts";
import { NOTHING } from "./additions.ts";
import { credentialOperations, hasSource } from "./credential.ts";
import type { MutationFacts } from "./facts.ts";
import { providerOperations } from "./provider.ts";
import { rateLimitOperations } from "./rate-limits.ts";
import { TIMEOUT_FIELDS, timeoutOperations } from "./timeouts.ts";
import { isJsonObject, type Unchecked } from "./unchecked.ts";

/** Defaults of the model at a JSON pointer, from the approvals that cover it and the policies. */
export function modelOperations(
  model: Unchecked<Model>,
  pointer: string,
  facts: MutationFacts,
): readonly AddOperation[] {
  const readable = isReadable(model) ? model : undefined;
  const approvals = readable ? approvalsThatMatter(readable, facts) : NO_APPROVALS;
  const provider = readable ? providerOperations(readable, pointer, approvals, facts.lookup) : NOTHING;
  if (approvals.length === 0 && !offersModelDefaults(facts.policy)) return provider;
  const offers = { approvals, policy: facts.policy };
  return [
    ...provider,
    ...credentialOperations(model, pointer, approvals),
    ...rateLimitOperations(model, pointer, offers),
    ...timeoutOperations(model, pointer, offers),
  ];
}

/**
 * Whether there is a field that a default could fill. Not in a model that is
 * written elsewhere, nor in an item without the name that makes it a model.
 */
export function lacksSomething(model: Unchecked<Model>): boolean {
  if (model.modelRef !== undefined || typeof model.name !== "string") return false;
  return (
    model.provider === undefined ||
    !hasSource(model.auth) ||
    lacksOneOf(RATE_LIMIT_FIELDS, model.rateLimits) ||
    lacksOneOf(TIMEOUT_FIELDS, model.timeouts)
  );
}

function lacksOneOf(names: readonly string[], value: unknown): boolean {
  if (value === undefined) return true;
  if (!isJsonObject(value)) return false;
  for (const name of names) {
    if (!Object.hasOwn(value, name)) return true;
  }
  return false;
}

/**
 * The approvals that cover a model, or none where they could not matter: what it
 * lacks are timeouts or a credential, and no approval of its id offers a default.
 */
function approvalsThatMatter(model: Model, facts: MutationFacts): readonly ApprovedModel[] {
  const mayMatter =
    model.provider === undefined ||
    lacksOneOf(RATE_LIMIT_FIELDS, model.rateLimits) ||
    facts.lookup.approvalsOf(upstreamId(model)).some(({ spec }) => spec.defaults !== undefined);
  return mayMatter ? coveringApprovals(facts.lookup, model, facts) : NO_APPROVALS;
}

const NO_APPROVALS: readonly ApprovedModel[] = [];

/** Whether the fields that decide on coverage have their shape. A model that will be refused is covered by none. */
function isReadable(model: Unchecked<Model>): model is Model {
  return (
    typeof model.name === "string" &&
    isTextOrAbsent(model.model) &&
    isTextOrAbsent(model.provider) &&
    isTextOrAbsent(model.type) &&
    isTextOrAbsent(model.endpoint) &&
    isTextOrAbsent(model.region) &&
    isTextOrAbsent(model.version) &&
    (model.dataClassification === undefined || isListOfTexts(model.dataClassification))
  );
}

function isTextOrAbsent(value: unknown): boolean {
  return value === undefined || typeof value === "string";
}

function isListOfTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

function offersModelDefaults({ defaults }: EffectivePolicy): boolean {
  for (const field of RATE_LIMIT_FIELDS) {
    if (defaults.rateLimits[field] !== undefined) return true;
  }
  for (const field of TIMEOUT_FIELDS) {
    if (defaults.timeouts[field] !== undefined) return true;
  }
  return false;
}
