import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parse } from "yaml";
import type { AddOperation, AdmissionRequest } from "#api/admission-review.ts";
import { GROUP, type Kind, VERSION } from "#api/kind.ts";
import { kindByName } from "#api/kinds.ts";
import type { KubernetesObject } from "#api/object-meta.ts";
import { FactIndex } from "#policy/fact-index.ts";
import { parseDocuments } from "#source/parse-documents.ts";
import type { GovernedObject } from "#validate/part.ts";
import { shapeViolations } from "#validate/shape-violations.ts";
import { KNOWN_MODELS } from "./known-models.ts";

/** Noon on the first day of 2027: the instant at which every fixture is judged. */
export const FIXTURE_NOW = Date.UTC(2027, 0, 1, 12);

/**
 * A case from `test/fixtures/review`: what the cluster holds, in any order, and last
 * the object that is created. Where one before it has its kind and name, that one is
 * updated; where the file says so, it is deleted.
 */
export interface ReviewFixture {
  readonly name: string;
  readonly inputFile: string;
  readonly goldenFile: string;
  readonly operation: Operation;
  /** What the cluster holds besides. */
  readonly facts: readonly KubernetesObject[];
  /** As it was; what is deleted is as it is. */
  readonly old: GovernedObject | undefined;
  readonly object: GovernedObject;
  /** What stops the object when our server is stopped, from the line `# floor: …`; the cluster suite proves it. */
  readonly floor: Floor;
}

/** DELETE stands in the line `# operation: DELETE`; the others are seen from the objects. */
type Operation = "CREATE" | "UPDATE" | "DELETE";

/** What the API server refuses by itself: before it asks anybody (decode), after `/mutate` (schema, CEL), by the admission floor (VAP). */
export const FLOORS = ["decode", "schema", "cel", "vap", "none"] as const;
export type Floor = (typeof FLOORS)[number];

/** What a golden file says of its case. */
export interface Golden {
  /**
   * Who refuses the object when our server runs: `/mutate` and `/validate` are both
   * `webhook`. CEL alone refuses some updates; see test/fixtures/parity.test.ts.
   */
  readonly refusedBy: "decode" | "webhook" | "cel" | "none";
  readonly floor: Floor;
  /** Fields that no schema knows, where there are any. */
  readonly unknownFields?: readonly string[];
  /** `field: message` of each cause. */
  readonly denials: readonly string[];
  readonly warnings: readonly string[];
  readonly audited: readonly string[];
  readonly operations: readonly Omit<AddOperation, "op">[];
}

const FOLDER = join(import.meta.dirname, "../fixtures/review");

/** Every case, by name. */
export function reviewFixtures(): readonly ReviewFixture[] {
  return globSync("*.input.yaml", { cwd: FOLDER }).sort().map(fixtureFrom);
}

function fixtureFrom(file: string): ReviewFixture {
  const text = readFileSync(join(FOLDER, file), "utf8");
  const others = parseDocuments(text).map(({ value }) => value as KubernetesObject);
  const object = others.pop();
  if (!object || !isGoverned(object)) throw new Error(`${file} must end with the object that is judged`);
  const name = basename(file, ".input.yaml");
  const before = others.find((other) => isSame(other, object)) as GovernedObject | undefined;
  const isDeleted = headerOf(text, "operation") === "DELETE";
  const old = isDeleted ? object : before;
  // In the cluster the old objects of all cases stand beside each other.
  if (old && object.metadata.name !== name) throw new Error(`${file} must name what it changes '${name}'`);
  return {
    name,
    inputFile: join(FOLDER, file),
    goldenFile: join(FOLDER, `${name}.golden.yaml`),
    operation: isDeleted ? "DELETE" : old ? "UPDATE" : "CREATE",
    facts: others.filter((other) => other !== before),
    old,
    object,
    floor: FLOORS.find((floor) => floor === headerOf(text, "floor")) ?? "none",
  };
}

/** The value of a line such as `# floor: schema` at the beginning of a file. */
function headerOf(text: string, name: string): string | undefined {
  const [header = ""] = /^(?:#.*\n)*/.exec(text) ?? [];
  return new RegExp(`^# ${name}: (\\w+)$`, "m").exec(header)?.[1];
}

function isGoverned(object: KubernetesObject): object is GovernedObject {
  return kindByName.has(object.kind);
}

function isSame(one: KubernetesObject, other: KubernetesObject): boolean {
  const [a, b] = [one.metadata, other.metadata];
  return one.kind === other.kind && a.namespace === b.namespace && a.name === b.name;
}

export function goldenOf({ goldenFile }: ReviewFixture): Golden {
  return parse(readFileSync(goldenFile, "utf8")) as Golden;
}

/** The kind of the object that is judged. */
export function kindOf({ object }: ReviewFixture): Kind {
  const kind = kindByName.get(object.kind);
  if (!kind) throw new Error(`${object.kind} is no kind of ours`);
  return kind;
}

/** The facts, and what is updated or deleted, which is stored too; an object is no fact for itself. */
export function lookupOf({ facts, old }: ReviewFixture): FactIndex {
  const index = new FactIndex(KNOWN_MODELS);
  for (const fact of facts) index.apply(fact);
  const kind = old && kindByName.get(old.kind);
  if (old && kind && shapeViolations(kind, old, undefined).length === 0) index.apply(old);
  return index;
}

/** The request that the API server would send; the objects are copies. Null is what a deletion leaves. */
export function requestFor(object: unknown, old: unknown): AdmissionRequest {
  const { kind, metadata } = (object ?? old) as KubernetesObject;
  const plural = kindByName.get(kind)?.plural ?? "";
  return structuredClone({
    uid: "705ab4f5-6393-11e8-b7cc-42010a800002",
    kind: { group: GROUP, version: VERSION, kind },
    resource: { group: GROUP, version: VERSION, resource: plural },
    name: metadata.name ?? "",
    ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }),
    operation: object === null ? "DELETE" : old === undefined ? "CREATE" : "UPDATE",
    object,
    oldObject: old ?? null,
    dryRun: false,
  });
}
