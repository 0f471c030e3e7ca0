import type { AIGatewayClass } from "#api/kinds/ai-gateway-class.ts";
import type { SecretKey } from "#api/reference.ts";

/** Where in the controller's namespace the credentials stand that gateways of a class ask for. */
export interface EndpointCredentials {
  /** To push with. */
  readonly push: SecretKey | undefined;
  /** To ask with what runs. */
  readonly verify: SecretKey | undefined;
}

export function endpointCredentials({ spec: { delivery, verify } }: AIGatewayClass): EndpointCredentials {
  const push = keyOf(delivery?.adminAPI?.credentialsRef);
  return { push, verify: keyOf(verify?.credentialsRef) ?? push };
}

function keyOf(reference: { readonly name: string; readonly key?: string } | undefined): SecretKey | undefined {
  return reference && { name: reference.name, key: reference.key ?? "token" };
}
