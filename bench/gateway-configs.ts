import { GROUP, VERSION } from "#api/kind.ts";
import type { ResourceType } from "#kube/resource.ts";

/** What the informers of the bench watch. */
export const GATEWAY_CONFIGS: ResourceType = {
  group: GROUP,
  version: VERSION,
  plural: "aigatewayconfigs",
  kind: "AIGatewayConfig",
  namespaced: true,
};
