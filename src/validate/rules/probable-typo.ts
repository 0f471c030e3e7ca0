import { kindByName } from "#api/kinds.ts";
import { nearestName } from "../nearest-name.ts";
import type { Part, Parts } from "../part.ts";
import { type Finding, HOLDS, type Rule } from "../rule.ts";
import { type UnknownField, unknownFields } from "../unknown-fields.ts";

/**
 * Judged on what somebody wrote, since in the object itself nothing is left of a
 * field that nobody knows: see `probableTypoIn`.
 */
export const probableTypo: Rule = {
  id: "probable-typo",
  claim: "Every field that is written is one that the kind has.",
  why: "The API server drops a field that it does not know. What it was to say, such as a limit, then holds nowhere, and the object that is stored looks as if nobody had said it.",
  action: "Warn",
  judges: {},
};

/** The rule, over what was written for an object; undefined where that is not known. */
export function probableTypoIn(writtenFor: (owner: Parts) => unknown): Rule {
  return { ...probableTypo, judges: { object: (part, { owner }) => typosIn(part, writtenFor(owner)) } };
}

/** Found in what was written, which an update is compared by too. */
function typosIn({ value: { kind: name } }: Part<"object">, written: unknown): readonly Finding[] {
  const kind = kindByName.get(name);
  if (!kind || written === undefined) return HOLDS;
  const part = { kind: "object", path: "", key: "", value: written } as Part<"object">;
  return unknownFields(kind, written).map((field) => findingOf(part, field));
}

function findingOf(part: Part<"object">, field: UnknownField): Finding {
  const detail = `must be a known field, or it is dropped${hint(field)}`;
  return { part, at: field.at, kind: "Invalid value", detail, read: [field.at] };
}

/** What was meant: a name that is near, the same name one level below, or one that goes on like this one. */
function hint({ at, known, holder }: UnknownField): string {
  const name = String(at.at(-1));
  const below = holder === undefined ? undefined : `${holder}.${name}`;
  const longer = name.length < MIN_BEGINNING ? undefined : known.find((one) => one.startsWith(name));
  const meant = nearestName(name, known) ?? below ?? longer;
  return meant === undefined ? "" : `; did you mean '${meant}'?`;
}

/** Characters: fewer begin too many names. */
const MIN_BEGINNING = 4;
