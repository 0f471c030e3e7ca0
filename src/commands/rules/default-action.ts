import type { Rule } from "#validate/rule.ts";

/** What comes of a rule's violations where no policy says anything, and whether one could. */
export function defaultAction({ action, floor }: Rule): string {
  return floor ? `${action}, which no policy may relax` : action;
}
