import { type AIGatewayClass, CONTROLLER_NAME } from "#api/kinds/ai-gateway-class.ts";
import type { Adapter } from "#gateway/adapter.ts";
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
  const { name, render } = adapterFor(gatewayClass);
  if (!render) throw new Error(`nothing is written for ${name} yet`);
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
  const { render } = adapterFor(gatewayClass);
  const configuration = { namespace, name, models: [], routes: [], policies: [], limits: [], integrations: [] };
  const context = { hash: "none", parameters: gatewayClass.spec.parameters, secret: () => "" };
  return render?.(configuration, context) ?? { files: {}, secrets: {} };
}

/** Whatever our controller's name is, the class is ours. */
function adapterFor({ spec, ...gatewayClass }: AIGatewayClass): Adapter {
  const adapter = adapterOf({ ...gatewayClass, spec: { ...spec, controllerName: CONTROLLER_NAME } });
  if (!adapter) throw new Error(`no adapter ${spec.adapter}`);
  return adapter;
}
