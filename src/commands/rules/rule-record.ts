import { isRelaxable, type Rule } from "#validate/rule.ts";

/** What is told of a rule to programs, here and in `GET /v1/rules`. */
export function ruleRecord(rule: Rule): object {
  const { id, claim, why, action, floor, judgesBy = [] } = rule;
  return { id, claim, why, action, floor: floor === true, relaxable: isRelaxable(rule), judgesBy };
}
