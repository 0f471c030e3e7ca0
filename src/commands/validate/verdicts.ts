import { documentText } from "#server/report-text.ts";
import type { DocumentReport } from "#server/validate-text.ts";

/** The verdict on one document of a file. */
export interface FileReport extends DocumentReport {
  readonly file: string;
}

/** One object, for programs. */
export function verdictsJson(documents: readonly FileReport[]): string {
  return `${JSON.stringify({ documents }, undefined, 2)}\n`;
}

/** A paragraph for each object that Gatehouse has a say in, and what was counted. */
export function verdictsText(reports: readonly FileReport[]): string {
  const judged = reports.filter(isJudged);
  return [...judged.map((report) => documentText(report, report.file)), countText(reports, judged)].join("\n");
}

/** Whether Gatehouse has a say in the object. */
export function isJudged({ allowed, defaulted }: FileReport): boolean {
  return !allowed || defaulted !== null;
}

function countText(reports: readonly FileReport[], judged: readonly FileReport[]): string {
  const allowed = judged.filter((report) => report.allowed).length;
  const others = reports.length - judged.length;
  const counts = [
    `${allowed} allowed`,
    `${judged.length - allowed} denied`,
    ...(others > 0 ? [`${others} of other groups left alone`] : []),
  ];
  return `${counts.join(", ")}\n`;
}
