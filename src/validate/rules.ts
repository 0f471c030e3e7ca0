import type { Parts } from "./part.ts";
import { isAboutPlatform, type Rule } from "./rule.ts";
import { allowsEverything } from "./rules/allows-everything.ts";
import { classTemplate } from "./rules/class-template.ts";
import { classification } from "./rules/classification.ts";
import { contradictoryBounds } from "./rules/contradictory-bounds.ts";
import { credentialHost } from "./rules/credential-host.ts";
import { credentialSource } from "./rules/credential-source.ts";
import { crossNamespace } from "./rules/cross-namespace.ts";
import { defaultClass } from "./rules/default-class.ts";
import { duplicateModel } from "./rules/duplicate-model.ts";
import { duplicateRoute } from "./rules/duplicate-route.ts";
import { endpointPath } from "./rules/endpoint-path.ts";
import { environmentReference } from "./rules/environment-reference.ts";
import { fallbackGraph } from "./rules/fallback-graph.ts";
import { forbiddenEndpoint } from "./rules/forbidden-endpoint.ts";
import { headerInjection } from "./rules/header-injection.ts";
import { implausibleTimeout } from "./rules/implausible-timeout.ts";
import { inUse } from "./rules/in-use.ts";
import { inlineCredential } from "./rules/inline-credential.ts";
import { integrationEndpoint } from "./rules/integration-endpoint.ts";
import { labelSelector } from "./rules/label-selector.ts";
import { labelSyntax } from "./rules/label-syntax.ts";
import { limitDefinition } from "./rules/limit-definition.ts";
import { modelReference } from "./rules/model-reference.ts";
import { nameCollision } from "./rules/name-collision.ts";
import { pastDate } from "./rules/past-date.ts";
import { plaintextEndpoint } from "./rules/plaintext-endpoint.ts";
import { policyConfig } from "./rules/policy-config.ts";
import { probableTypo } from "./rules/probable-typo.ts";
import { rateLimitBounds } from "./rules/rate-limit-bounds.ts";
import { requiredLabel } from "./rules/required-label.ts";
import { secretReference } from "./rules/secret-reference.ts";
import { size } from "./rules/size.ts";
import { targetWeights } from "./rules/target-weights.ts";
import { templateVariables } from "./rules/template-variables.ts";
import { typeMismatch } from "./rules/type-mismatch.ts";
import { unapprovedModel } from "./rules/unapproved-model.ts";
import { undeclaredReference } from "./rules/undeclared-reference.ts";
import { unknownModelId } from "./rules/unknown-model-id.ts";
import { unknownRule } from "./rules/unknown-rule.ts";
import { unresolvedReference } from "./rules/unresolved-reference.ts";
import { unsafePattern } from "./rules/unsafe-pattern.ts";
import { unsupportedByGateway } from "./rules/unsupported-by-gateway.ts";
import { withoutEffect } from "./rules/without-effect.ts";

/** Every rule, in the order of the documentation. A new rule is a file in `rules/` and a line here. */
export const RULES: readonly Rule[] = [
  undeclaredReference,
  unresolvedReference,
  unapprovedModel,
  forbiddenEndpoint,
  credentialHost,
  classification,
  inlineCredential,
  credentialSource,
  secretReference,
  environmentReference,
  rateLimitBounds,
  implausibleTimeout,
  limitDefinition,
  modelReference,
  duplicateModel,
  duplicateRoute,
  plaintextEndpoint,
  targetWeights,
  fallbackGraph,
  policyConfig,
  headerInjection,
  unsafePattern,
  endpointPath,
  unknownModelId,
  typeMismatch,
  probableTypo,
  templateVariables,
  integrationEndpoint,
  unsupportedByGateway,
  nameCollision,
  size,
  requiredLabel,
  inUse,
  crossNamespace,
  unknownRule(() => RULES),
  contradictoryBounds,
  labelSyntax,
  labelSelector,
  withoutEffect,
  allowsEverything,
  pastDate,
  defaultClass,
  classTemplate,
];

/** The rules that look at any part of an object. */
export function rulesFor({ platform }: Parts): readonly Rule[] {
  return platform ? PLATFORM_RULES : TEAM_RULES;
}

const PLATFORM_RULES = RULES.filter(isAboutPlatform);
const TEAM_RULES = RULES.filter((rule) => !isAboutPlatform(rule));
