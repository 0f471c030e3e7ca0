import { integrationConfig } from "#api/kinds/integration-config.ts";
import { rateLimitPolicy } from "#api/kinds/rate-limit-policy.ts";
import { admissionPolicy, type Manifest } from "./admission-policy.ts";
import { approvedModels } from "./approved-models.ts";
import { FORBIDDEN_HOSTS } from "./forbidden-hosts.ts";
import { HOSTS } from "./hosts.ts";
import { limitBounds } from "./limit-bounds.ts";
import { MODEL_SOURCES } from "./model-source.ts";
import { plaintext } from "./plaintext.ts";
import { POLICY_TERMS } from "./policy-terms.ts";
import { rateLimitBounds } from "./rate-limit-bounds.ts";
import { URL_OF_INTEGRATION, urlsOfModels } from "./urls.ts";

/**
 * The admission floor: what the API server denies by itself, whether our server
 * runs or not. A ValidatingAdmissionPolicy is for one kind, since the API server
 * checks its expressions against the schema of that kind.
 */
export function floorManifests(): readonly Manifest[] {
  return [
    ...MODEL_SOURCES.flatMap((source) =>
      admissionPolicy(
        source.kind,
        [...POLICY_TERMS, ...urlsOfModels(source), ...HOSTS],
        [approvedModels(source), rateLimitBounds(source), plaintext(source), FORBIDDEN_HOSTS],
      ),
    ),
    ...admissionPolicy(
      integrationConfig,
      [...POLICY_TERMS, ...URL_OF_INTEGRATION, ...HOSTS],
      [plaintext(), FORBIDDEN_HOSTS],
    ),
    ...admissionPolicy(rateLimitPolicy, POLICY_TERMS, [limitBounds()]),
  ];
}
