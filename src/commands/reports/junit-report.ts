import { type Finding, findingsOf, type ReportedObject } from "./reported-object.ts";
import { xmlText } from "./xml-text.ts";

/**
 * JUnit's XML, as CI systems show it: a suite for each file or namespace, a case for
 * each object. A denial is a failure; warnings are what the case prints.
 */
export function junitReport(objects: readonly ReportedObject[]): string {
  const suites = Map.groupBy(objects, suiteOf);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="gatehouse" ${countsOf(objects)}>`,
    ...Array.from(suites, ([name, members]) => suiteXml(name, members)),
    "</testsuites>",
    "",
  ].join("\n");
}

function suiteOf({ file, namespace }: ReportedObject): string {
  return file ?? (namespace === "" ? "cluster" : `namespace ${namespace}`);
}

function countsOf(objects: readonly ReportedObject[]): string {
  const failures = objects.filter(({ allowed }) => !allowed).length;
  return `tests="${objects.length}" failures="${failures}" errors="0"`;
}

function suiteXml(name: string, objects: readonly ReportedObject[]): string {
  const cases = objects.map(caseXml);
  return [`  <testsuite name="${xmlText(name)}" ${countsOf(objects)} skipped="0">`, ...cases, "  </testsuite>"].join(
    "\n",
  );
}

function caseXml(object: ReportedObject): string {
  const { kind, namespace, name, file, line } = object;
  const findings = findingsOf(object);
  const attributes = {
    classname: kind || "document",
    name: [namespace, name].filter(Boolean).join("/") || `document at line ${line ?? 1}`,
    ...(file === undefined ? {} : { file, line: String(line ?? 1) }),
  };
  const start = `    <testcase ${attributesXml(attributes)}`;
  const inside = [...failureXml(findings), ...outputXml(findings)];
  return inside.length === 0 ? `${start}/>` : [`${start}>`, ...inside, "    </testcase>"].join("\n");
}

function attributesXml(attributes: Readonly<Record<string, string>>): string {
  return Object.entries(attributes)
    .map(([name, value]) => `${name}="${xmlText(value)}"`)
    .join(" ");
}

/** One for all denials of an object, since some readers show only the first. */
function failureXml(findings: readonly Finding[]): readonly string[] {
  const denials = findings.filter(({ level }) => level === "error");
  const [first] = denials;
  if (!first) return [];
  const attributes = attributesXml({
    message: lineOf(first),
    type: [...new Set(denials.map(({ rule }) => rule))].join(" "),
  });
  return [`      <failure ${attributes}>${xmlText(denials.map(placedLine).join("\n"))}</failure>`];
}

function outputXml(findings: readonly Finding[]): readonly string[] {
  const lines = findings
    .filter(({ level }) => level !== "error")
    .map((finding) => `${finding.level} ${placedLine(finding)}`);
  return lines.length === 0 ? [] : [`      <system-out>${xmlText(lines.join("\n"))}</system-out>`];
}

function placedLine(finding: Finding): string {
  const { line, column } = finding;
  return line === undefined ? lineOf(finding) : `${line}:${column}: ${lineOf(finding)}`;
}

function lineOf({ path, message }: Finding): string {
  return path === "" ? message : `${path}: ${message}`;
}
