import type { Validation } from "./admission-policy.ts";

/** No item of a list variable of sentences, each `field: must …`, may be there; the first is said. */
export function noneOf(variable: string, rule: string, claim: string): Validation {
  const list = `variables.${variable}`;
  return {
    expression: `size(${list}) == 0`,
    message: `${claim} (${rule})`,
    messageExpression: `${list}[0] + (size(${list}) > 1 ? ' (and ' + string(size(${list}) - 1) + ' more)' : '') + ' (${rule}, policy ' + params.metadata.name + ')'`,
  };
}
