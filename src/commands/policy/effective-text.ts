import { escapeControls } from "../watch/escape-controls.ts";
import type { EffectiveReport, ExceptionReport } from "./effective-report.ts";
import type { Setting } from "./effective-settings.ts";

/** What a namespace is held to, for a person. */
export function effectiveText(report: EffectiveReport): string {
  const { namespace, name, isKnown, policies, settings, exceptions, endedExceptions, audit } = report;
  const subject = name === undefined ? `namespace ${namespace}` : `object ${name} in namespace ${namespace}`;
  const unknown = isKnown ? [] : ["its labels are not known, so policies that select by label are taken to select it"];
  const paragraphs = [
    [`${subject}: ${policies.length === 0 ? "no policy in force" : `policies ${policies.join(", ")}`}`, ...unknown],
    table(settings),
    list("exceptions in force:", exceptions),
    list("exceptions that have ended:", endedExceptions),
    ...audit.map(({ policy, settings: changed }) =>
      changed.length === 0
        ? [`policy ${policy} is in Audit, and in Enforce would change nothing`]
        : [`policy ${policy} is in Audit, and in Enforce would change:`, ...table(changed)],
    ),
  ];
  const lines = paragraphs
    .filter(({ length }) => length > 0)
    .map((paragraph) => `${paragraph.map(escapeControls).join("\n")}\n`);
  return lines.join("\n");
}

function table(settings: readonly Setting[]): readonly string[] {
  const rows = settings.map(({ setting, value, source, field }) => [
    setting,
    Array.isArray(value) ? value.join(", ") || "none" : String(value),
    field === undefined ? source : `${source}, ${field}`,
  ]);
  const widths = [0, 1].map((column) =>
    Math.min(MAX_WIDTH, Math.max(0, ...rows.map((row) => row[column]?.length ?? 0))),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

/** A long list of hosts must not push everything else out of sight. */
const MAX_WIDTH = 48;

function list(title: string, exceptions: readonly ExceptionReport[]): readonly string[] {
  if (exceptions.length === 0) return [];
  return [
    title,
    ...exceptions.map(
      ({ policy, field, rules, reason, expiresAt }) =>
        `  ${rules.join(", ")} until ${expiresAt} (policy ${policy}, ${field}): ${reason}`,
    ),
  ];
}
