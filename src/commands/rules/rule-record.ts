import type { Rule } from "#validate/rule.ts";

/** What is told of a rule to programs, here and in `GET /v1/rules`. */
export function ruleRecord({ id, claim, why, action, floor, judgesBy = [] }: Rule): object {
  return { id, claim, why, action, floor: floor === true, judgesBy };
}
