import type { LabelSelector } from "#policy/label-selector.ts";

type Requirement = NonNullable<LabelSelector["matchExpressions"]>[number];

/** A label selector as kubectl takes it: `a=b,c!=d,e in (f,g),h notin (i),j,!k`. Undefined for what is none. */
export function parseLabelSelector(text: string): LabelSelector | undefined {
  const matchExpressions = text.split(OUTER_COMMA).map((part) => requirementOf(part.trim()));
  if (!matchExpressions.every((requirement) => requirement !== undefined)) return undefined;
  return { matchExpressions };
}

/** A comma that is not between parentheses. */
const OUTER_COMMA = /,(?![^(]*\))/;

function requirementOf(text: string): Requirement | undefined {
  const listed = LISTED.exec(text);
  if (listed) {
    const [, key = "", operator, list = ""] = listed;
    const values = list.split(",").map((value) => value.trim());
    if (!values.every((value) => VALUE.test(value))) return undefined;
    return { key, operator: operator === "in" ? "In" : "NotIn", values };
  }
  const compared = COMPARED.exec(text);
  if (compared) {
    const [, key = "", operator, value = ""] = compared;
    return { key, operator: operator === "!=" ? "NotIn" : "In", values: [value] };
  }
  const [, not, key = ""] = PRESENT.exec(text) ?? [];
  return key === "" ? undefined : { key, operator: not === "!" ? "DoesNotExist" : "Exists" };
}

const NAME = String.raw`(?:[A-Za-z0-9.-]{1,253}/)?[A-Za-z0-9](?:[\w.-]{0,61}[A-Za-z0-9])?`;
const LABEL_VALUE = String.raw`(?:[A-Za-z0-9](?:[\w.-]{0,61}[A-Za-z0-9])?)?`;
const VALUE = new RegExp(`^${LABEL_VALUE}$`);
const LISTED = new RegExp(String.raw`^(${NAME})\s+(in|notin)\s*\(([^()]*)\)$`);
const COMPARED = new RegExp(String.raw`^(${NAME})\s*(==?|!=)\s*(${LABEL_VALUE})$`);
const PRESENT = new RegExp(String.raw`^(!?)\s*(${NAME})$`);
