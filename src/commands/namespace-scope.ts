import { UsageError } from "./usage-error.ts";
import { escapeControls } from "./watch/escape-controls.ts";

/** Options that say where. */
export interface ScopeValues {
  readonly namespace: string | undefined;
  readonly "all-namespaces": boolean;
}

/** Throws UsageError where the options name no place, or two. */
export function checkScope(command: string, { namespace, "all-namespaces": isEverywhere }: ScopeValues): void {
  if (namespace === undefined) return;
  if (isEverywhere) throw new UsageError(`${command}: options '--namespace' and '--all-namespaces' exclude each other`);
  if (/^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/.test(namespace)) return;
  throw new UsageError(`${command}: '${escapeControls(namespace)}' is no name of a namespace`);
}
