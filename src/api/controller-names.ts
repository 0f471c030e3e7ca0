import { CONTROLLER_NAME } from "./kinds/ai-gateway-class.ts";

/** Keeps an AIGatewayConfig until what it has outside of its namespace is taken down. */
export const CLEANUP_FINALIZER = "gateway.example.com/cleanup";

/** On whatever the controller makes. */
export const MANAGED_BY = { "app.kubernetes.io/managed-by": "gatehouse" } as const;

/**
 * Who a controller is to server-side apply. Two controllers of one cluster are two
 * managers, so that one can let go of its fields and leave the other's alone.
 */
export function fieldManagerOf(controllerName: string): string {
  return controllerName === CONTROLLER_NAME ? "gatehouse" : controllerName.slice(0, LONGEST_MANAGER);
}

/** The API server's limit. */
const LONGEST_MANAGER = 128;
