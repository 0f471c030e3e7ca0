import type { AdapterName } from "#gateway/adapter.ts";
import type { AdminApi } from "./admin-api.ts";
import { CaddyAdminApi } from "./caddy-admin-api.ts";
import type { GatewayClient } from "./gateway-client.ts";

/** The admin API of an adapter's gateways; undefined where they have none that takes configurations. */
export function adminApi(adapter: AdapterName, client: GatewayClient): AdminApi | undefined {
  return adapter === "caddy" ? new CaddyAdminApi(client) : undefined;
}
