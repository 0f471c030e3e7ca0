import type { RelativePath } from "#api/field-path.ts";
import { isLabel } from "#policy/label-syntax.ts";
import type { Part } from "../part.ts";
import { type Finding, HOLDS, type Rule } from "../rule.ts";

export const labelSyntax: Rule = {
  id: "label-syntax",
  claim: "Labels that are given to objects, asked of them or selected by are ones that the API server takes.",
  why: "A label that no object can have is one that every object lacks: a requirement denies everybody, a selector selects nobody, and a default is never given.",
  action: "Deny",
  judges: { gatewayPolicy: findInPolicy, selector: findInSelector },
};

function findInPolicy(part: Part<"gatewayPolicy">): readonly Finding[] {
  const { defaults: { labels = {} } = {}, requiredLabels = [] } = part.value;
  const found: Finding[] = [];
  for (const [key, value] of Object.entries(labels)) {
    const at = ["defaults", "labels", key];
    addKeyFault(found, part, at, key);
    addValueFault(found, part, at, value);
  }
  requiredLabels.forEach(({ key, values }, index) => {
    const at = ["requiredLabels", index];
    addKeyFault(found, part, [...at, "key"], key);
    if (values?.length === 0)
      found.push(tooFew(part, [...at, "values"], "must have a value, or be absent to take any"));
    values?.forEach((value, place) => addValueFault(found, part, [...at, "values", place], value));
  });
  return found.length === 0 ? HOLDS : found;
}

function findInSelector(part: Part<"selector">): readonly Finding[] {
  const { matchLabels = {}, matchExpressions = [] } = part.value;
  const found: Finding[] = [];
  for (const [key, value] of Object.entries(matchLabels)) {
    const at = ["matchLabels", key];
    addKeyFault(found, part, at, key);
    addValueFault(found, part, at, value);
  }
  matchExpressions.forEach(({ key, operator, values = [] }, index) => {
    const at = ["matchExpressions", index];
    const atValues = [...at, "values"];
    addKeyFault(found, part, [...at, "key"], key);
    values.forEach((value, place) => addValueFault(found, part, [...atValues, place], value));
    const takesValues = operator === "In" || operator === "NotIn";
    const read = [[...at, "operator"], atValues];
    if (takesValues && values.length === 0) {
      found.push({ ...tooFew(part, atValues, `must have a value, since the operator is '${operator}'`), read });
    }
    if (!takesValues && values.length > 0) {
      const detail = `must be absent, since the operator is '${operator}'`;
      found.push({ part, at: atValues, kind: "Forbidden", detail, read });
    }
  });
  return found.length === 0 ? HOLDS : found;
}

function addKeyFault(found: Finding[], part: Part, at: RelativePath, key: string): void {
  if (isLabel(key, "")) return;
  const detail =
    "must be the name of a label: at most 63 letters, digits, '-', '_' and '.', perhaps after a DNS name and '/'";
  found.push({ part, at, kind: "Invalid value", value: key, detail, read: [at] });
}

function addValueFault(found: Finding[], part: Part, at: RelativePath, value: string): void {
  if (isLabel(ANY_NAME, value)) return;
  const detail =
    "must be the value of a label: at most 63 letters, digits, '-', '_' and '.', with a letter or digit at both ends";
  found.push({ part, at, kind: "Invalid value", value, detail, read: [at] });
}

const ANY_NAME = "name";

function tooFew(part: Part, at: RelativePath, detail: string): Finding {
  return { part, at, kind: "Required value", detail, read: [at] };
}
