import type { AddOperation } from "#api/admission-review.ts";
import { millisecondsOf } from "#api/duration.ts";
import type { ApprovedModel } from "#api/kinds/approved-model.ts";
import type { Model } from "#api/kinds/model.ts";
import { nearestPlausible, TIMEOUT_RULE } from "#api/timeout-range.ts";
import type { EffectivePolicy } from "#policy/effective-policy.ts";
import { additions, type FieldDefault } from "./additions.ts";
import type { Offers } from "./facts.ts";
import { type Unchecked, unchecked } from "./unchecked.ts";

/**
 * Timeouts of a model: those of the first covering approval that offers one, then
 * the policies', each brought inside the range that it will be held to. An idle
 * limit that the whole request's would forestall is not added.
 */
export function timeoutOperations(
  model: Unchecked<Model>,
  pointer: string,
  { approvals, policy }: Offers,
): readonly AddOperation[] {
  const given = unchecked<NonNullable<Model["timeouts"]>>(model.timeouts);
  const request = given?.request ?? defaultTimeout("request", approvals, policy);
  const streamIdle = defaultTimeout("streamIdle", approvals, policy);
  const defaults: FieldDefault[] = [];
  if (given?.request === undefined && request !== undefined) defaults.push(["request", request]);
  if (streamIdle !== undefined && isBelow(streamIdle, request)) defaults.push(["streamIdle", streamIdle]);
  return additions(`${pointer}/timeouts`, model.timeouts, defaults);
}

/** In the order of the documentation. */
export const TIMEOUT_FIELDS = ["request", "streamIdle"] as const;
type TimeoutField = (typeof TIMEOUT_FIELDS)[number];

/** The range holds unless a policy has switched the rule off. */
function defaultTimeout(field: TimeoutField, approvals: readonly ApprovedModel[], policy: EffectivePolicy) {
  const offered = offeredTimeout(field, approvals) ?? policy.defaults.timeouts[field]?.value;
  if (offered === undefined || policy.actions.get(TIMEOUT_RULE)?.value === "Off") return offered;
  return nearestPlausible(offered);
}

function offeredTimeout(field: TimeoutField, approvals: readonly ApprovedModel[]): string | undefined {
  for (const { spec } of approvals) {
    const timeout = spec.defaults?.timeouts?.[field];
    if (timeout !== undefined) return timeout;
  }
  return undefined;
}

/** True as well where there is no request's timeout, or none that can be read. */
function isBelow(streamIdle: string, request: unknown): boolean {
  const whole = typeof request === "string" ? millisecondsOf(request) : undefined;
  const idle = millisecondsOf(streamIdle);
  return whole === undefined || idle === undefined || idle < whole;
}
