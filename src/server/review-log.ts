import type { Logger } from "#observability/logger.ts";
import { plainText } from "#review/plain-text.ts";
import type { JudgedReview } from "./judged-review.ts";

/**
 * One line for a review that denied, warned or failed; at level debug for every
 * other. It names the object and the rules and holds nothing of the object's
 * content, so no secret can get into it.
 */
export function logReview(logger: Logger, webhook: string, review: JudgedReview): void {
  const { outcome, fault } = review;
  if (outcome === "allowed") {
    if (logger.isLevelEnabled("debug")) logger.debug(fieldsOf(webhook, review), "review");
  } else if (outcome === "error") {
    logger.error({ ...fieldsOf(webhook, review), fault: faultOf(fault) }, "review failed");
  } else if (logger.isLevelEnabled("info")) {
    logger.info(fieldsOf(webhook, review), "review");
  }
}

/** Longest name in Kubernetes. A request that did not come from an API server may hold longer ones. */
const MAX_NAME = 253;

function fieldsOf(webhook: string, { request, outcome, verdict, milliseconds }: JudgedReview): object {
  const { uid, kind, namespace, name, operation, dryRun } = request;
  return {
    webhook,
    uid: short(uid),
    kind: short(kind.kind),
    namespace: short(namespace),
    name: short(name),
    operation: short(operation),
    ...(dryRun === true ? { dryRun } : {}),
    verdict: outcome,
    rules: verdict ? [...new Set(verdict.violations.map(({ rule }) => rule))] : [],
    milliseconds: Math.round(milliseconds * 1000) / 1000,
  };
}

function short(text: string | undefined): string | undefined {
  return text === undefined ? undefined : plainText(text, MAX_NAME);
}

/** The place of a fault, without its message, which may quote the object. */
function faultOf(fault: unknown): object {
  if (!(fault instanceof Error)) return { type: typeof fault };
  const frames = (fault.stack ?? "")
    .replace(fault.message, "")
    .split("\n")
    .filter((line) => line.startsWith("    at "));
  return { type: fault.name, at: frames.slice(0, MAX_FRAMES).map((line) => line.trim().slice(3)) };
}

/** Frames of a stack that tell a fault from another. */
const MAX_FRAMES = 12;
