import { type ApprovedModel, approvedModel } from "#api/kinds/approved-model.ts";
import type { TimeSlice } from "#kube/time-slice.ts";
import { isCovered } from "#policy/covers.ts";
import type { ModelUse } from "#policy/model-use-index.ts";
import { hasCome, moment } from "#policy/moment.ts";
import type { PolicyLookup } from "#policy/policy-lookup.ts";
import { acceptedCondition } from "#review/accepted-condition.ts";
import { expiresIn } from "./expires-in.ts";
import { type Circumstances, earliest, generationOf, type Told } from "./told.ts";
import { conditionsOf, no, unknown, type Verdict, yes } from "./verdict.ts";

type ApprovedModelStatus = NonNullable<ApprovedModel["status"]>;

/** Pure: the status of an approval that covers so many models. What holds of it may be an earlier form, or nothing. */
export function approvedModelStatus(
  approval: ApprovedModel,
  inForce: ApprovedModel["spec"] | undefined,
  usedBy: number,
  { facts, now }: Circumstances,
): Told<ApprovedModelStatus> {
  const instant = now.getTime();
  const observedGeneration = generationOf(approval);
  const verdicts = {
    Accepted: acceptedCondition(approvedModel, approval, { lookup: facts, now: instant }),
    Expired: inForce ? expiredOf(inForce, instant) : unknown("Invalid", "nothing of it can be read"),
  };
  const left = expiresIn(inForce?.lifecycle.expiresAt, instant);
  const status = {
    ...(observedGeneration !== undefined && { observedGeneration }),
    usedBy,
    ...(left && { expiresIn: left.text }),
    conditions: conditionsOf(verdicts, approval.status?.conditions, { observedGeneration, now }),
  };
  return { status, nextChange: earliest([left?.nextChange, ...(inForce ? endsOf(inForce, instant) : [])]) };
}

/** The instants, in milliseconds since the epoch, at which an approval that is in force ends. */
export function endsOf({ lifecycle }: ApprovedModel["spec"], now: number): readonly number[] {
  const { state, expiresAt, retiresAt } = lifecycle;
  if (state === "Proposed" || state === "Retired") return [];
  return [expiresAt, retiresAt].flatMap((instant) =>
    instant !== undefined && moment(instant) > now ? moment(instant) : [],
  );
}

/** How many models of stored objects it covers now. Others have their turn meanwhile. */
export async function usesCovered(
  approval: ApprovedModel,
  lookup: PolicyLookup,
  { now, slice }: { readonly now: number; readonly slice: TimeSlice },
): Promise<number> {
  let count = 0;
  const counted = new Set<ModelUse>(); // which several patterns may match
  for (const pattern of approval.spec.models) {
    for (const use of lookup.usesOf(pattern)) {
      if (counted.has(use)) continue;
      counted.add(use);
      for (const { namespace } of use.users) {
        const context = { namespace, namespaceLabels: lookup.namespaceLabels(namespace), now };
        if (isCovered(approval, use.model, context)) count += 1;
        if (slice.isOver) await slice.rest();
      }
    }
  }
  return count;
}

/** Whether it has ended, in whichever way. */
function expiredOf({ lifecycle }: ApprovedModel["spec"], now: number): Verdict {
  const { state, expiresAt, retiresAt, replacement } = lifecycle;
  const advice = replacement === undefined ? "" : `; use '${replacement}' instead`;
  if (state === "Retired") return yes("Retired", `its models were retired, and run no more${advice}`);
  if (hasCome(retiresAt, now)) return yes("Retired", `its models retired at ${retiresAt}, and run no more${advice}`);
  if (hasCome(expiresAt, now)) {
    const until = retiresAt === undefined ? "" : ` until ${retiresAt}`;
    return yes(
      "Expired",
      `it expired at ${expiresAt}: there is no new use, and what runs keeps running${until}${advice}`,
    );
  }
  if (state === "Proposed") return no("Proposed", "it was not given yet, and covers nothing");
  return expiresAt === undefined
    ? no("InForce", "it does not expire")
    : no("InForce", `it is in force until ${expiresAt}`);
}
