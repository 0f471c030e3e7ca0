import type { Violation } from "#api/violation.ts";
import { denies, warns } from "#review/verdict.ts";
import type { Position } from "#source/source-document.ts";

/** A violation, with its place where the object is written in a file. */
type ReportedViolation = Violation & Partial<Position>;

/** The verdict on one object, in a file or in a cluster. */
export interface ReportedObject {
  /** Absent where it is stored in a cluster. */
  readonly file?: string;
  readonly line?: number;
  readonly kind: string;
  /** Empty for a cluster-scoped object. */
  readonly namespace: string;
  readonly name: string;
  readonly allowed: boolean;
  readonly violations: readonly ReportedViolation[];
  /** What policies in Audit would add, were they in Enforce. */
  readonly audited: readonly (ReportedViolation & { readonly policy: string })[];
  /** Fields that no schema knows. */
  readonly unknownFields?: readonly string[];
}

/** What other programs call the gravity of a finding: a denial, a warning, what is only counted. */
export type Level = "error" | "warning" | "note";

export interface Finding extends Partial<Position> {
  readonly rule: string;
  readonly level: Level;
  /** Of the field. */
  readonly path: string;
  /** Complete without the path. */
  readonly message: string;
}

/** All that there is to say about an object, each with its gravity. */
export function findingsOf({ violations, audited, unknownFields = [], line }: ReportedObject): readonly Finding[] {
  return [
    ...violations.map((violation) => findingOf(violation, levelOf(violation), violation.message)),
    ...audited.map((violation) => findingOf(violation, "note", auditedMessage(violation))),
    ...unknownFields.map(
      (path): Finding => ({
        rule: "unknown-field",
        level: "warning",
        path,
        message: "would be dropped, since no schema knows it",
        ...(line === undefined ? {} : { line, column: 1 }),
      }),
    ),
  ];
}

/** What a policy in Audit says, which the verdict does not follow. */
export function auditedMessage({ message, policy }: { readonly message: string; readonly policy: string }): string {
  return `${message}; policy ${policy} only audits`;
}

/** `AIGatewayConfig team-a/main`, as far as it is known. */
export function subjectOf({ kind, namespace, name }: ReportedObject): string {
  return [kind || "document", [namespace, name].filter(Boolean).join("/")].filter(Boolean).join(" ");
}

function findingOf(violation: ReportedViolation, level: Level, message: string): Finding {
  const { rule, path, line, column } = violation;
  return { rule, level, path, message, ...(line === undefined || column === undefined ? {} : { line, column }) };
}

function levelOf(violation: Violation): Level {
  if (denies(violation)) return "error";
  return warns(violation) ? "warning" : "note";
}
