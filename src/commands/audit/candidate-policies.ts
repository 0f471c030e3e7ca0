import type { KubernetesObject } from "#api/object-meta.ts";
import type { FactIndex } from "#policy/fact-index.ts";
import { isStoredKind } from "#policy/stored-objects.ts";
import { factsIn } from "../facts-in-documents.ts";
import { UsageError } from "../usage-error.ts";
import { readDocuments } from "../validate/read-documents.ts";

/** What the files would change about the cluster's policies. Throws UsageError where that is nothing, or faulty. */
export async function candidatePolicies(
  paths: readonly string[],
  facts: FactIndex,
): Promise<readonly KubernetesObject[]> {
  if (paths.length === 0) return [];
  const { found, faults } = factsIn(await readDocuments(paths, "audit"), facts);
  if (faults.length > 0) {
    const lines = faults.map(({ file, line, column, reason }) => `${file}:${line}:${column}: ${reason}`);
    throw new UsageError(["audit: the policies cannot be judged under:", ...lines].join("\n"));
  }
  const candidates = found.filter(({ kind }) => !isStoredKind(kind));
  if (candidates.length === 0)
    throw new UsageError(`audit: ${paths.join(", ")}: no policy, approved model, class or namespace in there`);
  return candidates;
}
