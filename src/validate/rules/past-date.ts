import { type RelativePath, valueAt } from "#api/field-path.ts";
import { hasCome } from "#policy/moment.ts";
import type { Part } from "../part.ts";
import { type Facts, type Finding, HOLDS, type Rule } from "../rule.ts";

export const pastDate: Rule = {
  id: "past-date",
  claim: "An exception, and an approval that is in force, end at a moment that lies ahead.",
  why: "What has ended already has no effect from the moment it is stored, while its author believes that the team can go on.",
  action: "Warn",
  judges: { exception: findInException, approval: findInApproval },
};

function findInException(part: Part<"exception">, { now }: Facts): readonly Finding[] {
  return findPast(part, ["expiresAt"], "the exception has ended", now);
}

function findInApproval(part: Part<"approval">, { now }: Facts): readonly Finding[] {
  const { state } = part.value.lifecycle ?? {};
  if (state !== "Approved" && state !== "Deprecated") return HOLDS;
  return [
    ...findPast(part, ["lifecycle", "expiresAt"], "the approval covers no new use", now),
    ...findPast(part, ["lifecycle", "retiresAt"], "the models have retired", now),
  ];
}

function findPast(part: Part, at: RelativePath, consequence: string, now: number): readonly Finding[] {
  const moment = valueAt(part.value, at);
  if (typeof moment !== "string" || !hasCome(moment, now)) return HOLDS;
  const detail = `must lie ahead; ${consequence}`;
  return [{ part, at, kind: "Invalid value", value: moment, detail, read: [at] }];
}
