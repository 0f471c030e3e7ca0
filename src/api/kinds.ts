import type { Kind } from "./kind.ts";
import { aiGatewayClass } from "./kinds/ai-gateway-class.ts";
import { aiGatewayConfig } from "./kinds/ai-gateway-config.ts";
import { aiGatewayPolicy } from "./kinds/ai-gateway-policy.ts";
import { aiRoute } from "./kinds/ai-route.ts";
import { approvedModel } from "./kinds/approved-model.ts";
import { integrationConfig } from "./kinds/integration-config.ts";
import { modelConfig } from "./kinds/model-config.ts";
import { promptTemplate } from "./kinds/prompt-template.ts";
import { rateLimitPolicy } from "./kinds/rate-limit-policy.ts";

/**
 * Every kind of the group, in the order of the documentation. A new kind is a
 * file in `kinds/` and a line here: CRD, validator and `gatehouse crds` follow.
 */
export const KINDS: readonly Kind[] = [
  aiGatewayConfig,
  modelConfig,
  aiRoute,
  rateLimitPolicy,
  promptTemplate,
  integrationConfig,
  aiGatewayClass,
  approvedModel,
  aiGatewayPolicy,
];

export const kindByName: ReadonlyMap<string, Kind> = new Map(KINDS.map((kind) => [kind.kind, kind]));

export const kindByPlural: ReadonlyMap<string, Kind> = new Map(KINDS.map((kind) => [kind.plural, kind]));
