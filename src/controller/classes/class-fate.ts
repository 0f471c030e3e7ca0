import { type AIGatewayClass, CONTROLLER_NAME } from "#api/kinds/ai-gateway-class.ts";
import { skipsCleanUp } from "../skips-clean-up.ts";

/**
 * - `keep`: it must not go before its gateways are emptied;
 * - `release`: as far as we are concerned it may go;
 * - `hand over`: it is another controller's now, and what is ours of it goes;
 * - `leave`: it is none of our business, or not yet.
 */
export type ClassFate = "keep" | "release" | "hand over" | "leave";

export interface ClassCircumstances {
  /** Ours, as classes name it. */
  readonly controllerName: string;
  /** Whether a gateway of it has our finalizer. */
  readonly isNeeded: boolean;
}

/** What becomes of our finalizer on a class, as it is stored. */
export function classFate(
  { metadata, spec, status }: AIGatewayClass,
  { controllerName, isNeeded }: ClassCircumstances,
): ClassFate {
  const { controllerName: owner = CONTROLLER_NAME } = spec;
  const isKept = isNeeded && !skipsCleanUp(metadata);
  if (owner === controllerName) return isKept ? "keep" : "release";
  const { controllerName: writer } = status ?? {};
  // Finalizers of its gateways are by now those of the new one, who needs the class's too and says so in its status.
  if (isKept || (writer !== undefined && writer !== controllerName)) return "leave";
  if (writer === controllerName) return "hand over";
  // Whoever has put a finalizer there has said nothing of it, and nobody may be there any more to take it off.
  return metadata.deletionTimestamp === undefined ? "leave" : "release";
}
