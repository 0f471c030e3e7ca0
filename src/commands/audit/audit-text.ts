import { findingsOf, type Level, type ReportedObject, subjectOf } from "../reports/reported-object.ts";
import { totalsOf } from "./totals.ts";

/** A paragraph for each object that would be denied or warned of, and what it all comes to. */
export function auditText(objects: readonly ReportedObject[]): string {
  const paragraphs = objects.flatMap((object) => {
    const lines = findingsOf(object).map(({ level, path, message }) => `  ${WORDS[level]} ${path}: ${message}\n`);
    return lines.length === 0 ? [] : [`${subjectOf(object)}: ${verdictOn(object)}\n${lines.join("")}`];
  });
  return [...paragraphs, totalsText(objects)].join("\n");
}

const WORDS: Readonly<Record<Level, string>> = { error: "Deny", warning: "Warn", note: "Audit" };

function verdictOn(object: ReportedObject): string {
  return object.allowed ? "would be allowed" : "would be denied";
}

function totalsText(objects: readonly ReportedObject[]): string {
  const { denied, warned, clean, rules } = totalsOf(objects);
  const rows = Object.entries(rules).map(([rule, totals]) => [
    rule,
    String(totals.denied),
    String(totals.warned),
    String(totals.audited),
  ]);
  const table = rows.length === 0 ? "" : `\n${tableText([["rule", "denied", "warned", "audited"], ...rows])}`;
  const all = `${objects.length} ${objects.length === 1 ? "object" : "objects"}`;
  return `${all}: ${denied} would be denied, ${warned} warned of, ${clean} clean\n${table}`;
}

/** The first column to the left, numbers to the right. */
function tableText(rows: readonly (readonly string[])[]): string {
  const [header = []] = rows;
  const widths = header.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) => row.map((cell, column) => padded(cell, column, widths[column] ?? 0)).join("  "))
    .map((line) => `${line}\n`)
    .join("");
}

function padded(cell: string, column: number, width: number): string {
  return column === 0 ? cell.padEnd(width) : cell.padStart(width);
}
