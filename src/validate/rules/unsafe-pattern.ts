import type { RelativePath } from "#api/field-path.ts";
import { withoutVariables } from "#api/reference.ts";
import { expressionFault } from "../expression/expression-fault.ts";
import type { Part } from "../part.ts";
import { pathFault } from "../route-path.ts";
import { type Finding, HOLDS, type Rule } from "../rule.ts";

export const unsafePattern: Rule = {
  id: "unsafe-pattern",
  claim:
    "A regular expression is one that RE2 takes, so that matching takes linear time; a path holds nothing that is resolved or expanded before it is compared.",
  why: "An engine that goes back over its text can be kept busy for hours by one request, and an expression that the gateway cannot compile costs it its whole configuration. A path with '..' or '//' guards another path than it says.",
  action: "Deny",
  judges: { route: findInRoute, template: findInTemplate },
};

function findInRoute(part: Part<"route">): readonly Finding[] {
  const { path, pathType, match } = part.value;
  if (match === undefined && pathType !== "Regex" && isPlain(path)) return HOLDS;
  const found: Finding[] = [];
  if (pathType === "Regex") addExpression(found, { part, at: PATH, text: path, read: PATH_AND_TYPE, shown: true });
  else addPath(found, part, path);
  if (match === undefined) return orHolds(found);
  for (const list of ["headers", "queryParams"] as const) {
    match[list]?.forEach(({ value, type }, index) => {
      const at = ["match", list, index, "value"];
      const read = [at, ["match", list, index, "type"]];
      if (type === "Regex") addExpression(found, { part, at, text: value, read, shown: false });
    });
  }
  return orHolds(found);
}

function isPlain(path: string | undefined): boolean {
  return path === undefined || pathFault(withoutVariables(path)) === undefined;
}

const PATH: RelativePath = ["path"];
const PATH_AND_TYPE: readonly RelativePath[] = [PATH, ["pathType"]];

function addPath(found: Finding[], part: Part<"route">, path: string | undefined): void {
  const detail = path === undefined ? undefined : pathFault(withoutVariables(path));
  if (detail === undefined) return;
  found.push({ part, at: PATH, kind: "Invalid value", value: path, detail, read: PATH_AND_TYPE });
}

function findInTemplate(part: Part<"template">): readonly Finding[] {
  const found: Finding[] = [];
  part.value.variables?.forEach((variable, index) => {
    const at = ["variables", index, "pattern"];
    addExpression(found, { part, at, text: variable?.pattern, read: [at], shown: true });
  });
  return orHolds(found);
}

interface Expression {
  readonly part: Part;
  readonly at: RelativePath;
  readonly text: string | undefined;
  readonly read: readonly RelativePath[];
  /** A header's value may be a secret. */
  readonly shown: boolean;
}

function addExpression(found: Finding[], { part, at, text, read, shown }: Expression): void {
  const fault = text === undefined ? undefined : expressionFault(withoutVariables(text));
  if (!fault) return;
  const where = fault.text === "" ? "" : ` ('${fault.text}' at character ${fault.position})`;
  const instead = fault.instead === undefined ? "" : `; ${fault.instead}`;
  const detail = `must be an expression that RE2 takes, but has ${fault.what}${where}${instead}`;
  found.push({ part, at, kind: "Invalid value", ...(shown ? { value: text } : {}), detail, read });
}

function orHolds(found: readonly Finding[]): readonly Finding[] {
  return found.length === 0 ? HOLDS : found;
}
