import { isRelaxable, type Rule } from "#validate/rule.ts";

/** What comes of a rule's violations where no policy says anything, and whether one could. */
export function defaultAction(rule: Rule): string {
  return isRelaxable(rule) ? rule.action : `${rule.action}, which no policy may relax`;
}
