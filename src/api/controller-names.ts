import { CONTROLLER_NAME } from "./kinds/ai-gateway-class.ts";

/** Keeps an AIGatewayConfig until what it has outside of its namespace is taken down. */
export const CLEANUP_FINALIZER = "gateway.example.com/cleanup";

/** On an AIGatewayConfig that is being deleted: `true` lets it go although what it has cannot be taken down. */
export const SKIP_CLEANUP_ANNOTATION = "gateway.example.com/skip-cleanup";

/** On whatever the controller makes. */
export const MANAGED_BY = { "app.kubernetes.io/managed-by": "gatehouse" } as const;

/** Of whatever is delivered: the hash of the configuration that it belongs to. */
export const CONFIG_HASH_ANNOTATION = "gateway.example.com/config-hash";

/** Key of the delivery Secret under which the last good forms are kept. */
export const LAST_GOOD_KEY = "gatehouse-last-good.json";

/**
 * Who a controller is to server-side apply. Two controllers of one cluster are two
 * managers, so that one can let go of its fields and leave the other's alone.
 */
export function fieldManagerOf(controllerName: string): string {
  return controllerName === CONTROLLER_NAME ? "gatehouse" : controllerName.slice(0, LONGEST_MANAGER);
}

/** The API server's limit. */
const LONGEST_MANAGER = 128;
