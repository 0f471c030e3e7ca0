import { isUnreachable } from "#kube/kubernetes-error.ts";
import { escapeControls } from "./escape-controls.ts";

/** What went wrong, in a line that is safe to print: what the server says, or where nobody answers the system. */
export function faultText(error: unknown): string {
  const { cause } = error instanceof Error ? error : {};
  if (!isUnreachable(error) || !(cause instanceof Error)) return oneLine(error);
  // Node leaves the message empty where several addresses were tried.
  return oneLine(cause) || ("code" in cause ? String(cause.code) : oneLine(error));
}

function oneLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return escapeControls(message.replaceAll(/\s+/g, " ").trim());
}
