import { type AIGatewayClass, CONTROLLER_NAME } from "#api/kinds/ai-gateway-class.ts";
import type { Adapter, AdapterName } from "./adapter.ts";
import { CADDY } from "./caddy.ts";
import { ENVOY } from "./envoy.ts";
import { JSON_ADAPTER } from "./json.ts";
import { LITELLM } from "./litellm.ts";

/** Every adapter, in the order of the documentation. */
export const ADAPTERS: readonly Adapter[] = [JSON_ADAPTER, ENVOY, LITELLM, CADDY];

const byName: ReadonlyMap<AdapterName, Adapter> = new Map(ADAPTERS.map((adapter) => [adapter.name, adapter]));

/** The adapter of a class; undefined where another controller delivers, of whose gateways nothing is known. */
export function adapterOf({ spec: { controllerName, adapter } }: AIGatewayClass): Adapter | undefined {
  if (controllerName !== undefined && controllerName !== CONTROLLER_NAME) return undefined;
  return byName.get(adapter ?? "json");
}
