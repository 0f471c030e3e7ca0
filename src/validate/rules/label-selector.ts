import type { RelativePath } from "#api/field-path.ts";
import { addKeyFault, addValueFault } from "../label-faults.ts";
import type { Part } from "../part.ts";
import { type Finding, HOLDS, type Rule } from "../rule.ts";

export const labelSelector: Rule = {
  id: "label-selector",
  claim:
    "A label selector is one that the API server takes: names and values of labels, and values where the operator has some.",
  why: "Nothing has a label that cannot be, so a selector with one selects nothing, or with `NotIn` everything, and no error ever tells.",
  action: "Deny",
  judges: { selector: findInSelector },
};

function findInSelector(part: Part<"selector">): readonly Finding[] {
  const { matchLabels = {}, matchExpressions = [] } = part.value;
  const found: Finding[] = [];
  for (const [key, value] of Object.entries(matchLabels)) {
    const at = ["matchLabels", key];
    addKeyFault(found, { part, at }, key);
    addValueFault(found, { part, at }, value);
  }
  matchExpressions.forEach(({ key, operator, values = [] }, index) => {
    const at: RelativePath = ["matchExpressions", index];
    const atValues = [...at, "values"];
    addKeyFault(found, { part, at: [...at, "key"] }, key);
    values.forEach((value, place) => addValueFault(found, { part, at: [...atValues, place] }, value));
    const takesValues = operator === "In" || operator === "NotIn";
    const read = [[...at, "operator"], atValues];
    if (takesValues && values.length === 0) {
      const detail = `must have a value, since the operator is '${operator}'`;
      found.push({ part, at: atValues, kind: "Required value", detail, read });
    }
    if (!takesValues && values.length > 0) {
      const detail = `must be absent, since the operator is '${operator}'`;
      found.push({ part, at: atValues, kind: "Forbidden", detail, read });
    }
  });
  return found.length === 0 ? HOLDS : found;
}
