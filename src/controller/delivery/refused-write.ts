import { isConflict, KubernetesError } from "#kube/kubernetes-error.ts";
import type { Undelivered } from "./delivery.ts";

/** What the API server makes of a write that somebody can do something about; the rest is a fault. */
export function refusedWrite(error: unknown): Undelivered {
  if (!(error instanceof KubernetesError) || isConflict(error)) throw error;
  const isAnswer = error.code >= 400 && error.code < 500 && error.code !== 429; // too many requests pass
  if (!isAnswer) throw error;
  const what = error.request === undefined ? "" : `${error.request}: `;
  const message = `the API server refuses ${what}${error.reason}${error.code === 403 ? `, ${error.message}` : ""}`;
  return { type: "failed", reason: error.code === 403 ? "Forbidden" : "WriteRefused", message };
}
