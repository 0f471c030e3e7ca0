import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import type { KubernetesObject } from "#api/object-meta.ts";

/** What the generated objects are judged under. */
export function parityFacts(): readonly KubernetesObject[] {
  const text = readFileSync(join(import.meta.dirname, "../../fixtures/parity/facts.yaml"), "utf8");
  return parseAllDocuments(text).map((document) => document.toJS() as KubernetesObject);
}
