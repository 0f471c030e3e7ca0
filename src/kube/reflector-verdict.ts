import { KubernetesError } from "./kubernetes-error.ts";
import type { StreamEnd } from "./reflector-stream.ts";

/** What to do after a watch: watch again at once, watch again after a pause, or list again. */
export type Verdict =
  | { readonly kind: "again" }
  | { readonly kind: "pause"; readonly because: KubernetesError | undefined }
  | { readonly kind: "relist"; readonly because: KubernetesError };

/**
 * As client-go's reflector judges the end of a watch. On purpose otherwise:
 * any broken connection at the opening, not only a refused one, is tried again
 * without a list; and streams that keep ending within a second, although with
 * events, are paused between, where client-go would spin.
 */
export function verdictOnEnd({ refusal, events, milliseconds }: StreamEnd, quickEnds: number): Verdict {
  if (refusal) return verdictOnRefusal(refusal);
  if (milliseconds >= SHORT_MILLISECONDS) return { kind: "again" };
  if (events === 0) return { kind: "relist", because: veryShort() };
  return quickEnds >= MOST_QUICK_ENDS ? { kind: "pause", because: undefined } : { kind: "again" };
}

/** Of an ERROR event: too many requests is a pause, everything else needs a list. */
export function verdictOnError(error: KubernetesError): Verdict {
  return error.code === 429 ? { kind: "pause", because: error } : { kind: "relist", because: error };
}

/** Whether a refused watch may be asked for again with the same version. */
export function isWorthRepeating({ code }: KubernetesError): boolean {
  return code === 0 || code === 429;
}

/** A watch that ends sooner and without an event is broken. */
export const SHORT_MILLISECONDS = 1000;

const MOST_QUICK_ENDS = 3;

function verdictOnRefusal(refusal: KubernetesError): Verdict {
  return { kind: isWorthRepeating(refusal) ? "pause" : "relist", because: refusal };
}

function veryShort(): KubernetesError {
  const message = "very short watch: closed within a second without an event";
  return new KubernetesError(message, { code: 0, reason: "VeryShortWatch" });
}
