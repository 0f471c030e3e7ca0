import type { AdmissionRequest, Status, StatusCause } from "#api/admission-review.ts";
import { valueAt } from "#api/field-path.ts";
import { FIELD_ERROR_REASONS, type Violation } from "#api/violation.ts";
import { plainText } from "#review/plain-text.ts";
import { denies, type Verdict } from "#review/verdict.ts";

/** An object may have as many faults as it has fields; nobody reads more than this at once. */
const MAX_CAUSES = 100;

/** Runes of one message or field path: what a terminal shows of it without scrolling. */
export const MAX_CAUSE_RUNES = 1024;

/** Characters of the joined message. The causes carry all of them. */
const MAX_MESSAGE_LENGTH = 8192;

/** The status of a denial, in the words of the API server's own validation (apimachinery, NewInvalid). */
export function denialOf(request: AdmissionRequest, { violations }: Verdict): Status {
  const reasons = violations.filter(denies);
  const causes = reasons.slice(0, MAX_CAUSES).map(causeOf);
  const unlisted = reasons.length - causes.length;
  const group = plainText(request.kind.group, MAX_CAUSE_RUNES);
  const kind = plainText(request.kind.kind, MAX_CAUSE_RUNES);
  const name = plainText(nameOf(request), MAX_CAUSE_RUNES);
  return {
    status: "Failure",
    code: 422,
    reason: "Invalid",
    message: `${kind}.${group} "${name}" is invalid: ${joined(causes, reasons.length)}`,
    details: { group, kind, name, causes: unlisted === 0 ? causes : [...causes, causeOfMore(unlisted)] },
  };
}

function causeOf({ path, kind, message }: Violation): StatusCause {
  return {
    reason: FIELD_ERROR_REASONS[kind],
    message: plainText(message, MAX_CAUSE_RUNES),
    field: plainText(path, MAX_CAUSE_RUNES),
  };
}

/** kubectl prints field and message of every cause, so this one has both. */
function causeOfMore(count: number): StatusCause {
  return {
    reason: FIELD_ERROR_REASONS["Too many"],
    message: `Too many: ${count} more violations are not listed`,
    field: "spec",
  };
}

/** With generateName there is no name yet, and in a deletecollection the request has none. */
function nameOf({ name, object, oldObject }: AdmissionRequest): string {
  if (name) return name;
  const metadata = valueAt(object ?? oldObject, ["metadata"]);
  const given = valueAt(metadata, ["name"]) ?? valueAt(metadata, ["generateName"]);
  return typeof given === "string" ? given : "";
}

/** `field: message` of one, `[…, …]` of several, as an aggregate of field errors reads; at least one of them. */
function joined(causes: readonly StatusCause[], total: number): string {
  const sentences: string[] = [];
  let length = 0;
  for (const { field, message } of causes) {
    const sentence = field === "" ? message : `${field}: ${message}`;
    length += sentence.length;
    if (length > MAX_MESSAGE_LENGTH && sentences.length > 0) break;
    sentences.push(sentence);
  }
  const more = total - sentences.length;
  if (more > 0) sentences.push(`and ${more} more`);
  return sentences.length === 1 ? (sentences[0] ?? "") : `[${sentences.join(", ")}]`;
}
