import type { AIGatewayClass } from "#api/kinds/ai-gateway-class.ts";
import { adapterOf } from "#gateway/adapters.ts";
import type { Rendered } from "#gateway/rendering.ts";
import type { GatewayName } from "./delivery/delivery-target.ts";
import type { Effective } from "./effective/effective.ts";
import type { SecretAccess } from "./effective/secret-access.ts";

/** Writes what a gateway is to run in its own language, with the Secrets that its parts were judged with. */
export function renderGateway(
  gatewayClass: AIGatewayClass,
  { configuration, hash, isConfidential }: Effective,
  secrets: SecretAccess,
): Rendered {
  const { name, render } = adapterOf(gatewayClass) ?? {};
  if (!render) throw new Error(`nothing can be written for adapter ${name ?? gatewayClass.spec.adapter}`);
  return render(configuration, {
    hash,
    parameters: gatewayClass.spec.parameters,
    isConfidential,
    secret: ({ name, key }) => {
      const content = secrets.secret(name)?.data[key];
      if (content === undefined)
        throw new Error(`a configuration names key ${key} of Secret ${name}, which is not there`);
      return content;
    },
  });
}

/** What a gateway is left with when its AIGatewayConfig goes: it runs, and serves nothing. */
export function renderNothing(gatewayClass: AIGatewayClass, { namespace, name }: GatewayName): Rendered {
  const { render } = adapterOf(gatewayClass) ?? {};
  const configuration = { namespace, name, models: [], routes: [], policies: [], limits: [], integrations: [] };
  const context = { hash: "none", parameters: gatewayClass.spec.parameters, secret: () => "" };
  return render?.(configuration, context) ?? { files: {}, secrets: {} };
}
