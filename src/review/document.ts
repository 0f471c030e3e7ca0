import fastJsonPatch from "fast-json-patch";
import type { AddOperation } from "#api/admission-review.ts";
import { valueAt } from "#api/field-path.ts";
import { API_VERSION } from "#api/kind.ts";
import { kindByName } from "#api/kinds.ts";
import type { Violation } from "#api/violation.ts";
import { withoutCredentials } from "#validate/credential.ts";
import { probableTypo } from "#validate/rules/probable-typo.ts";
import { defaultsFor } from "./admission.ts";
import { type Candidate, judgeWholly } from "./judgement.ts";
import { completedBySchema } from "./schema-completion.ts";
import type { ReviewContext, Verdict } from "./verdict.ts";

/** The verdict on an object that no API server has seen yet. */
export interface DocumentVerdict extends Verdict {
  /** The object as it would be stored: unknown fields gone, defaults added. */
  readonly defaulted: unknown;
  /** Paths of fields that no schema knows, which the API server would drop, and of which no violation tells. */
  readonly unknownFields: readonly string[];
}

/** An object of another group: nothing to say about it. */
export interface ForeignDocument {
  readonly foreign: string;
}

/**
 * Judges an object offline, in the API server's order: prune, schema defaults,
 * mutate, schema defaults again, shape, CEL, rules. The object is left as it is.
 */
export function reviewDocument(object: unknown, context: ReviewContext): DocumentVerdict | ForeignDocument {
  const name = valueAt(object, ["kind"]);
  const kind = typeof name === "string" ? kindByName.get(name) : undefined;
  if (!kind || valueAt(object, ["apiVersion"]) !== API_VERSION) return { foreign: nameOf(object) };
  const received = completedBySchema(kind, object);
  const subject = { namespace: subjectNamespace(object), name: textAt(object, "name") };
  const copy = structuredClone(received.object);
  const candidate: Candidate = { kind, object: copy, old: undefined, subject, mentionsNoVariable: false };
  const operations = defaultsFor(candidate, context);
  fastJsonPatch.applyPatch(candidate.object, operations as AddOperation[]);
  const defaulted = completedBySchema(kind, candidate.object).object;
  const judged = judgeWholly({ ...candidate, object: defaulted, written: object }, context);
  const told = new Set(judged.violations.filter(tellsOfTypo).map(({ path }) => path));
  const unknownFields = received.unknownFields.map(withoutCredentials).filter((path) => !told.has(path));
  return {
    ...judged,
    notices: unknownFields.map((path) => `unknown field \`${path}\` would be dropped`),
    operations,
    defaulted,
    unknownFields,
  };
}

/** Where a policy only audits it, the API server's own warning is still to be expected. */
function tellsOfTypo({ rule, action }: Violation): boolean {
  return rule === probableTypo.id && action !== "Audit";
}

function nameOf(object: unknown): string {
  const [apiVersion, kind] = [valueAt(object, ["apiVersion"]), valueAt(object, ["kind"])];
  const name = typeof kind === "string" ? kind : "a document without kind";
  return withoutCredentials(`${name} of ${typeof apiVersion === "string" ? apiVersion : "no apiVersion"}`);
}

/** kubectl's own default. */
function subjectNamespace(object: unknown): string {
  return textAt(object, "namespace") || "default";
}

function textAt(object: unknown, field: string): string {
  const value = valueAt(object, ["metadata", field]);
  return typeof value === "string" ? value : "";
}
