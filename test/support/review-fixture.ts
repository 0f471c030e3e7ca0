import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parse, parseAllDocuments } from "yaml";
import type { AddOperation, AdmissionRequest } from "#api/admission-review.ts";
import { GROUP, type Kind, VERSION } from "#api/kind.ts";
import { kindByName } from "#api/kinds.ts";
import type { KubernetesObject } from "#api/object-meta.ts";
import { FactIndex } from "#policy/fact-index.ts";
import type { GovernedObject } from "#validate/part.ts";

/** Noon on the first day of 2027: the instant at which every fixture is judged. */
export const FIXTURE_NOW = Date.UTC(2027, 0, 1, 12);

/**
 * A case from `test/fixtures/review`: policies, approvals, classes and namespaces
 * in any order, and one object of a namespaced kind that is created, or two of
 * which the second updates the first.
 */
export interface ReviewFixture {
  readonly name: string;
  readonly goldenFile: string;
  /** What the cluster holds besides. */
  readonly facts: readonly KubernetesObject[];
  readonly old: GovernedObject | undefined;
  readonly object: GovernedObject;
  /** What stops the object when our server is stopped, from the line `# floor: …`; the cluster suite proves it. */
  readonly floor: Floor;
}

/** What the API server refuses by itself, before it asks anybody (decode) or after `/mutate` (schema, CEL). */
const FLOORS = ["decode", "schema", "cel", "none"] as const;
export type Floor = (typeof FLOORS)[number];

/** What a golden file says of its case. */
export interface Golden {
  /** Who refuses the object when our server runs: `/mutate` and `/validate` are both `webhook`. */
  readonly refusedBy: "decode" | "webhook" | "none";
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
  const documents = parseAllDocuments(text);
  const objects = documents.map((document) => document.toJS() as KubernetesObject);
  const governed = objects.filter(isGoverned);
  const object = governed.at(-1);
  if (!object || governed.length > 2) throw new Error(`${file} must hold one or two objects of a namespaced kind`);
  const name = basename(file, ".input.yaml");
  const old = governed.length === 2 ? governed[0] : undefined;
  // In the cluster the old objects of all cases stand beside each other.
  if (old && !governed.every(({ kind, metadata }) => kind === object.kind && metadata.name === name))
    throw new Error(`${file} must name both '${name}', of one kind`);
  return {
    name,
    goldenFile: join(FOLDER, `${name}.golden.yaml`),
    facts: objects.filter((each) => !isGoverned(each)),
    old,
    object,
    floor: FLOORS.find((floor) => text.startsWith(`# floor: ${floor}\n`)) ?? "none",
  };
}

function isGoverned(object: KubernetesObject): object is GovernedObject {
  return kindByName.get(object.kind)?.scope === "Namespaced";
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

export function lookupOf({ facts }: ReviewFixture): FactIndex {
  const index = new FactIndex();
  for (const fact of facts) index.apply(fact);
  return index;
}

/** The request that the API server would send; the objects are copies. */
export function requestFor(object: unknown, old: unknown): AdmissionRequest {
  const { kind, metadata } = object as KubernetesObject;
  const plural = kindByName.get(kind)?.plural ?? "";
  return structuredClone({
    uid: "705ab4f5-6393-11e8-b7cc-42010a800002",
    kind: { group: GROUP, version: VERSION, kind },
    resource: { group: GROUP, version: VERSION, resource: plural },
    name: metadata.name ?? "",
    namespace: metadata.namespace ?? "",
    operation: old === undefined ? "CREATE" : "UPDATE",
    object,
    oldObject: old ?? null,
    dryRun: false,
  });
}
