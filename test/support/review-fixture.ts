import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parse, parseAllDocuments } from "yaml";
import type { AddOperation, AdmissionRequest } from "#api/admission-review.ts";
import { GROUP, VERSION } from "#api/kind.ts";
import type { AIGatewayConfig } from "#api/kinds/ai-gateway-config.ts";
import { kindByName } from "#api/kinds.ts";
import type { KubernetesObject } from "#api/object-meta.ts";
import { FactIndex } from "#policy/fact-index.ts";

/** Noon on the first day of 2027: the instant at which every fixture is judged. */
export const FIXTURE_NOW = Date.UTC(2027, 0, 1, 12);

/**
 * A case from `test/fixtures/review`: policies, approvals, classes and namespaces
 * in any order, and one AIGatewayConfig that is created, or two of which the
 * second updates the first.
 */
export interface ReviewFixture {
  readonly name: string;
  readonly goldenFile: string;
  /** What the cluster holds besides. */
  readonly facts: readonly KubernetesObject[];
  readonly old: AIGatewayConfig | undefined;
  readonly object: AIGatewayConfig;
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
  const configs = objects.filter(({ kind }) => kind === "AIGatewayConfig") as AIGatewayConfig[];
  const object = configs.at(-1);
  if (!object || configs.length > 2) throw new Error(`${file} must hold one or two AIGatewayConfigs`);
  const name = basename(file, ".input.yaml");
  const old = configs.length === 2 ? configs[0] : undefined;
  // In the cluster the old objects of all cases stand beside each other.
  if (old && !configs.every(({ metadata }) => metadata.name === name))
    throw new Error(`${file} must name both '${name}'`);
  return {
    name,
    goldenFile: join(FOLDER, `${name}.golden.yaml`),
    facts: objects.filter(({ kind }) => kind !== "AIGatewayConfig"),
    old,
    object,
    floor: FLOORS.find((floor) => text.startsWith(`# floor: ${floor}\n`)) ?? "none",
  };
}

export function goldenOf({ goldenFile }: ReviewFixture): Golden {
  return parse(readFileSync(goldenFile, "utf8")) as Golden;
}

export function lookupOf({ facts }: ReviewFixture): FactIndex {
  const index = new FactIndex();
  for (const fact of facts) index.apply(fact);
  return index;
}

/** The request that the API server would send; the objects are copies. */
export function requestFor(object: unknown, old: unknown): AdmissionRequest {
  const { metadata } = object as AIGatewayConfig;
  const kind = kindByName.get("AIGatewayConfig");
  return structuredClone({
    uid: "705ab4f5-6393-11e8-b7cc-42010a800002",
    kind: { group: GROUP, version: VERSION, kind: "AIGatewayConfig" },
    resource: { group: GROUP, version: VERSION, resource: kind?.plural ?? "" },
    name: metadata.name ?? "",
    namespace: metadata.namespace ?? "",
    operation: old === undefined ? "CREATE" : "UPDATE",
    object,
    oldObject: old ?? null,
    dryRun: false,
  });
}
