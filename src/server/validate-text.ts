import { parsePath, type RelativePath, valueAt } from "#api/field-path.ts";
import { GROUP } from "#api/kind.ts";
import { kindByName } from "#api/kinds.ts";
import type { Violation } from "#api/violation.ts";
import type { DocumentVerdict, ForeignDocument } from "#review/document.ts";
import { plainText } from "#review/plain-text.ts";
import { exactJson } from "#source/exact-json.ts";
import { parseDocuments } from "#source/parse-documents.ts";
import type { Position, SourceDocument } from "#source/source-document.ts";
import { MAX_CAUSE_RUNES } from "./denial.ts";
import { warningsOf } from "./warnings.ts";

/** Judges an object without its old state. */
export type DocumentReview = (object: unknown) => DocumentVerdict | ForeignDocument;

/** How documents are judged that belong together. */
export type TextReview = (documents: readonly SourceDocument[]) => DocumentReview;

/** A violation with its place in the text. */
export type PlacedViolation = Violation & Position;

/** The verdict on one document of a text, as `POST /v1/validate` and `gatehouse validate` give it. */
export interface DocumentReport {
  /** Place among the documents of the text, items of a List counted each. */
  readonly index: number;
  readonly line: number;
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly allowed: boolean;
  /** The object as it would be stored. Null where Gatehouse has no say. */
  readonly defaulted: unknown;
  readonly patch: DocumentVerdict["operations"];
  readonly violations: readonly PlacedViolation[];
  readonly warnings: readonly string[];
  /** What policies in Audit would add, were they in Enforce. */
  readonly audited: readonly (PlacedViolation & { readonly policy: string })[];
  readonly unknownFields: readonly string[];
}

/** Judges every document of a text. Throws SourceError where the text cannot be read. */
export function validateText(text: string, reviewOf: TextReview): readonly DocumentReport[] {
  const documents = parseDocuments(text);
  const judge = reviewOf(documents);
  return documents.map((document, index) => documentReport(document, index, judge));
}

/** Judges one document. */
export function documentReport(document: SourceDocument, index: number, judge: DocumentReview): DocumentReport {
  const { value, positionOf, exactNumbers } = document;
  const identity = {
    index,
    line: positionOf([]).line,
    apiVersion: plain(textAt(value, ["apiVersion"])),
    kind: plain(textAt(value, ["kind"])),
    namespace: plain(textAt(value, ["metadata", "namespace"])),
    name: plain(textAt(value, ["metadata", "name"])),
  };
  const verdict = judge(value);
  if ("foreign" in verdict) return { ...identity, ...foreignReport(document, plain(verdict.foreign)) };
  const { allowed, defaulted, operations, violations, audited, unknownFields } = verdict;
  const placed = ({ absent: _, ...violation }: Violation): PlacedViolation => ({
    ...violation,
    path: plain(violation.path),
    message: plain(violation.message),
    ...positionOf(parsePath(violation.path)),
  });
  return {
    ...identity,
    allowed,
    defaulted: exactJson(defaulted, exactNumbers),
    patch: operations,
    violations: violations.map(placed),
    audited: audited.map(({ policy, violation }) => ({ policy, ...placed(violation) })),
    warnings: warningsOf(verdict),
    unknownFields: unknownFields.map(plain),
  };
}

type Judged = Pick<
  DocumentReport,
  "allowed" | "defaulted" | "patch" | "violations" | "warnings" | "audited" | "unknownFields"
>;

/** Kinds of other groups pass; of our own group there are no others, and an object without apiVersion is none. */
function foreignReport({ value, positionOf }: SourceDocument, foreign: string): Judged {
  const apiVersion = textAt(value, ["apiVersion"]);
  const empty = { defaulted: null, patch: [], audited: [], unknownFields: [] };
  if (apiVersion !== "" && textAt(value, ["kind"]) !== "" && apiVersion.split("/")[0] !== GROUP) {
    return { ...empty, allowed: true, violations: [], warnings: [`${foreign} is not governed by Gatehouse`] };
  }
  const path = apiVersion === "" || kindByName.has(textAt(value, ["kind"])) ? "apiVersion" : "kind";
  const violation: PlacedViolation = {
    rule: "schema",
    path,
    kind: "Unsupported value",
    message: `Unsupported value: ${foreign}: must be one of ${[...kindByName.keys()].map((kind) => `"${kind}"`).join(", ")} of "${GROUP}/v1" (schema)`,
    action: "Deny",
    excused: false,
    ...positionOf([path]),
  };
  return { ...empty, allowed: false, violations: [violation], warnings: [] };
}

/** As kubectl would show it: what an object is called may hold what moves a terminal's cursor, or begins a line of its own. */
function plain(text: string): string {
  return plainText(text, MAX_CAUSE_RUNES);
}

function textAt(value: unknown, path: RelativePath): string {
  const text = valueAt(value, path);
  return typeof text === "string" ? text : "";
}
