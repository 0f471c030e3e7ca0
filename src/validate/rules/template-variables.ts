import { nearestName } from "../nearest-name.ts";
import type { Part } from "../part.ts";
import { type Finding, HOLDS, type Rule } from "../rule.ts";

export const templateVariables: Rule = {
  id: "template-variables",
  claim: "The variables that a template declares are those that its messages use.",
  why: "The model is sent `{{custumer}}` as it stands, and answers with something that looks plausible; no error ever tells.",
  action: "Deny",
  judges: { template: findUnequal },
};

function findUnequal(part: Part<"template">): readonly Finding[] {
  const { variables = [], messages = [] } = part.value;
  const declared = new Set(variables.flatMap((variable) => variable?.name ?? []));
  const used = messages.map((message) => variablesOf(message?.content ?? ""));
  const found = [
    ...used.flatMap((names, index) => undeclared(part, index, names.difference(declared), declared)),
    ...unused(part, declared.difference(new Set(used.flatMap((names) => [...names])))),
  ];
  return found.length === 0 ? HOLDS : found;
}

/** What a message names between double braces, each once. */
function variablesOf(content: string): ReadonlySet<string> {
  return new Set(Array.from(content.matchAll(PLACE), ([, name = ""]) => name.trim()));
}

const PLACE = /\{\{([^{}]*)\}\}/g;

/** One finding for each message, which may hold thousands of them. */
function undeclared(
  part: Part<"template">,
  index: number,
  names: ReadonlySet<string>,
  declared: ReadonlySet<string>,
): readonly Finding[] {
  const [first] = names;
  if (first === undefined) return [];
  const at = ["messages", index, "content"];
  const nearest = index < MAX_SEARCHES ? nearestName(first, declared) : undefined;
  const hint = nearest === undefined ? "" : `; did you mean '${nearest}'?`;
  const detail = `must use only variables that \`variables\` declares, not ${listed(names)}${hint}`;
  return [{ part, at, kind: "Not found", detail, read: [at] }];
}

/** Messages for which a similar name is sought; each search may take a millisecond when both sides are hostile. */
const MAX_SEARCHES = 8;

function listed(names: ReadonlySet<string>): string {
  const shown = Array.from(names).slice(0, MAX_LISTED);
  const more = names.size - shown.length;
  return shown.map((name) => `'${name.slice(0, MAX_NAME)}'`).join(", ") + (more > 0 ? ` and ${more} more` : "");
}

// A message should fit a terminal.
const MAX_LISTED = 5;
const MAX_NAME = 63;

function unused(part: Part<"template">, names: ReadonlySet<string>): readonly Finding[] {
  if (names.size === 0) return [];
  return (part.value.variables ?? []).flatMap((variable, index): readonly Finding[] => {
    const name = variable?.name;
    if (name === undefined || !names.has(name)) return [];
    const at = ["variables", index, "name"];
    const detail = `must be used in a message, as in '{{${name}}}'`;
    return [{ part, at, kind: "Invalid value", value: name, detail, read: [at, ["messages"]] }];
  });
}
