import { createHash } from "node:crypto";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Location, Log, ReportingDescriptor, Result } from "sarif";
import type { Action } from "#api/kinds/ai-gateway-policy.ts";
import { kindByName } from "#api/kinds.ts";
import { RULES } from "#validate/rules.ts";
import { type Finding, findingsOf, type Level, type ReportedObject, subjectOf } from "./reported-object.ts";

/** SARIF 2.1.0, as code scanning and editors read it. */
export function sarifReport(objects: readonly ReportedObject[], version: string): string {
  const log: Log = {
    $schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "gatehouse", version, rules: [...DESCRIPTORS] } },
        columnKind: "utf16CodeUnits",
        results: objects.flatMap((object) => findingsOf(object).map((finding) => resultOf(object, finding))),
      },
    ],
  };
  return `${JSON.stringify(log, undefined, 2)}\n`;
}

const LEVELS: Readonly<Record<Action, Level | "none">> = { Deny: "error", Warn: "warning", Audit: "note", Off: "none" };

/** The rules of the list, and what is found without them. */
const DESCRIPTORS: readonly ReportingDescriptor[] = [
  ...RULES.map(({ id, claim, why, action }) => ({
    id,
    shortDescription: { text: claim },
    fullDescription: { text: why },
    help: { text: `gatehouse rules ${id} says how to configure the rule and how to except from it.` },
    defaultConfiguration: { level: LEVELS[action] },
  })),
  {
    id: "schema",
    shortDescription: { text: "An object has the shape that its kind asks for." },
    defaultConfiguration: { level: "error" },
  },
  {
    id: "unknown-field",
    shortDescription: { text: "An object has no field that its kind does not know." },
    defaultConfiguration: { level: "warning" },
  },
];

const INDICES: ReadonlyMap<string, number> = new Map(DESCRIPTORS.map(({ id }, index) => [id, index]));

function resultOf(object: ReportedObject, finding: Finding): Result {
  const { rule, level, path, message } = finding;
  const ruleIndex = INDICES.get(rule);
  return {
    ruleId: rule,
    ...(ruleIndex === undefined ? {} : { ruleIndex }),
    level,
    message: { text: path === "" ? message : `${path}: ${message}` },
    locations: [locationOf(object, finding)],
    partialFingerprints: { "gatehouseField/v1": fingerprintOf(object, finding) },
  };
}

function locationOf(object: ReportedObject, { path, line, column }: Finding): Location {
  return {
    physicalLocation: {
      artifactLocation: { uri: uriOf(object) },
      ...(line === undefined || column === undefined ? {} : { region: { startLine: line, startColumn: column } }),
    },
    logicalLocations: [{ fullyQualifiedName: `${subjectOf(object)} ${path}`, kind: "property" }],
  };
}

/** Of a stored object, its path in the API; of standard input, a name that no file has. */
function uriOf({ file, kind, namespace, name }: ReportedObject): string {
  if (file === "-") return "stdin:";
  if (file !== undefined) return file.startsWith("/") ? pathToFileURL(file).href : relativeUri(file);
  const plural = kindByName.get(kind)?.plural ?? kind;
  const place = namespace === "" ? "" : `namespaces/${encodeURIComponent(namespace)}/`;
  return `apis/gateway.example.com/v1/${place}${plural}/${encodeURIComponent(name)}`;
}

/** Code scanning finds the file by it in the repository. */
function relativeUri(file: string): string {
  const [root, url] = [pathToFileURL(resolve(".")).href, pathToFileURL(resolve(file)).href];
  return url.startsWith(`${root}/`) ? url.slice(root.length + 1) : url;
}

/** Tells a finding from others when lines have moved. */
function fingerprintOf({ kind, namespace, name }: ReportedObject, { rule, path }: Finding): string {
  return createHash("sha256").update([rule, kind, namespace, name, path].join("\n")).digest("hex").slice(0, 32);
}
