import { addKeyFault, addValueFault, isLabelValue } from "../label-faults.ts";
import type { Part } from "../part.ts";
import { type Finding, HOLDS, type Rule } from "../rule.ts";

export const labelSyntax: Rule = {
  id: "label-syntax",
  claim: "Labels that are given to objects or asked of them are ones that the API server takes.",
  why: "A label that no object can have is one that every object lacks: a requirement denies everybody, and a default is never given.",
  action: "Deny",
  unreadable: true,
  judges: { gatewayPolicy: findInPolicy },
};

function findInPolicy(part: Part<"gatewayPolicy">): readonly Finding[] {
  const { defaults: { labels = {} } = {}, requiredLabels = [] } = part.value;
  const found: Finding[] = [];
  for (const [key, value] of Object.entries(labels)) {
    const at = ["defaults", "labels", key];
    addKeyFault(found, { part, at }, key);
    addValueFault(found, { part, at }, value);
  }
  requiredLabels.forEach(({ key, values }, index) => {
    const at = ["requiredLabels", index];
    const atValues = [...at, "values"];
    addKeyFault(found, { part, at: [...at, "key"], unset: at }, key);
    if (values?.length === 0) {
      const detail = "must have a value, or be absent to take any";
      found.push({ part, at: atValues, kind: "Required value", detail, read: [atValues] });
    }
    // A value that no object has takes nothing from the others.
    const isHopeless = values?.every((value) => !isLabelValue(value));
    values?.forEach((value, place) => {
      const atValue = [...atValues, place];
      addValueFault(found, { part, at: atValue, unset: isHopeless ? atValues : atValue }, value);
    });
  });
  return found.length === 0 ? HOLDS : found;
}
