import type { FieldPath, Step } from "./field-changes.ts";

/** A path as people write it: `spec.containers[app].image`, `metadata.labels["app.kubernetes.io/name"]`, `args[0]`. */
export function pathText(path: FieldPath): string {
  return path.map(stepText).join("").replace(/^\./, "");
}

function stepText(step: Step): string {
  if (typeof step === "number") return `[${step}]`;
  // An item that is called `0` must not look like the first one.
  if (typeof step === "object")
    return /^(?!\d+$)[\w.-]+$/.test(step.item) ? `[${step.item}]` : `[${quoted(step.item)}]`;
  return /^(?:[\w-]+|\(order\))$/.test(step) ? `.${step}` : `[${quoted(step)}]`;
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
