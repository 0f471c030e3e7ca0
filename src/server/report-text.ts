import { plainText } from "#review/plain-text.ts";
import { MAX_CAUSE_RUNES } from "./denial.ts";
import type { DocumentReport, PlacedViolation } from "./validate-text.ts";

/**
 * The verdicts as lines for a terminal, one a violation, in the form that editors
 * and CI find places by: `12:7: Deny spec.models[0].endpoint: …`.
 */
export function reportText(documents: readonly DocumentReport[]): string {
  return documents.map((document) => documentText(document)).join("\n");
}

/** The verdict on one document, its places in this file, if it is one. */
export function documentText(report: DocumentReport, file?: string): string {
  const { kind, namespace, name, allowed, violations, audited, patch, unknownFields } = report;
  const subject = [kind || "document", [namespace, name].filter(Boolean).join("/")].filter(Boolean).join(" ");
  const prefix = file === undefined ? "" : `${plainText(file, MAX_CAUSE_RUNES)}:`;
  const lines = [
    ...violations.filter(({ action }) => action !== "Audit").map((violation) => prefix + violationLine(violation)),
    ...audited.map((violation) => `${prefix}${violationLine(violation)}; policy ${violation.policy} only audits`),
    ...unknownFields.map((path) => `unknown field ${path}`),
    ...patch.map(({ path, value }) => `default ${path} = ${JSON.stringify(value)}`),
  ];
  return [`${subject}: ${allowed ? "allowed" : "denied"}`, ...lines.map((line) => `  ${line}`), ""].join("\n");
}

function violationLine({ line, column, action, excused, path, message }: PlacedViolation): string {
  return `${line}:${column}: ${excused && action === "Deny" ? "Warn" : action} ${path}: ${message}`;
}
