import { createHash } from "node:crypto";
import type { AIGatewayClass } from "#api/kinds/ai-gateway-class.ts";
import { adapterOf } from "#gateway/adapters.ts";
import type { EffectiveConfiguration } from "#gateway/effective-configuration.ts";
import { inOrder } from "./in-order.ts";
import type { SecretAccess } from "./secret-access.ts";
import { secretNamesOfIntegration, secretNamesOfModel } from "./secret-faults.ts";

/**
 * Changes with all that a gateway gets: its configuration, its Secrets by their
 * resource versions, never by what they hold, and what it is written by.
 */
export function configurationHash(
  configuration: EffectiveConfiguration,
  gatewayClass: AIGatewayClass | undefined,
  secrets: SecretAccess,
): string {
  const adapter = gatewayClass && adapterOf(gatewayClass);
  const all = {
    configuration,
    secrets: secretNamesOf(configuration).map((name) => [name, secrets.secret(name)?.resourceVersion]),
    adapter: adapter?.name,
    rendering: adapter?.renderingVersion ?? 1,
    parameters: gatewayClass?.spec.parameters,
  };
  return createHash("sha256")
    .update(JSON.stringify(inOrder(all)))
    .digest("hex");
}

function secretNamesOf({ models, integrations }: EffectiveConfiguration): readonly string[] {
  const names = [...models.flatMap(secretNamesOfModel), ...integrations.flatMap(secretNamesOfIntegration)];
  return Array.from(new Set(names)).sort();
}
