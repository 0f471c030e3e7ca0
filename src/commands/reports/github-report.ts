import { type Finding, findingsOf, type Level, type ReportedObject, subjectOf } from "./reported-object.ts";

/** Workflow commands of GitHub Actions, which put each finding beside its line in a pull request. */
export function githubReport(objects: readonly ReportedObject[]): string {
  return objects.flatMap((object) => findingsOf(object).map((finding) => `${annotation(object, finding)}\n`)).join("");
}

function annotation(object: ReportedObject, { rule, level, path, message, line, column }: Finding): string {
  const place = { file: object.file === "-" ? undefined : object.file, line, col: column, title: rule };
  const properties = Object.entries(place)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${escapedProperty(String(value))}`);
  const text = [subjectOf(object), path, message].filter(Boolean).join(": ");
  return `::${COMMANDS[level]} ${properties.join(",")}::${escapedData(text)}`;
}

const COMMANDS: Readonly<Record<Level, string>> = { error: "error", warning: "warning", note: "notice" };

/** A line break would end the command, and with it one could be forged. */
function escapedData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapedProperty(text: string): string {
  return escapedData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
