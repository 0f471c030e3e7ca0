import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import type { ControlPlaneClient } from "../control-plane/client.ts";
import { WITHOUT_GO } from "../control-plane/unavailable.ts";

const CHART = join(import.meta.dirname, "../../../charts/webhook");

/** What a chart is rendered for. */
export interface Release {
  readonly name: string;
  readonly namespace: string;
  /** As for helm's `--set`. */
  readonly values: Readonly<Record<string, string | number>>;
}

/** An object of the chart. */
export interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly annotations?: Readonly<Record<string, string>> };
}

/** The objects of the chart as Helm renders them, but its CRDs, which outlive a release, and what is there for hooks alone. */
export async function renderChart({ helm }: ControlPlaneClient, release: Release): Promise<readonly Manifest[]> {
  if (helm === undefined) throw new Error(`the chart needs Helm, and ${WITHOUT_GO}`);
  const values = Object.entries(release.values).map(([path, value]) => `--set=${path}=${value}`);
  const { stdout } = await helm(["template", release.name, CHART, `--namespace=${release.namespace}`, ...values]);
  return parseManifests(stdout);
}

/** The objects of YAML documents but CRDs and those of hooks. */
export function parseManifests(text: string): readonly Manifest[] {
  const objects = parseAllDocuments(text).map((document) => document.toJS() as Manifest | null);
  return objects
    .filter((object) => object !== null)
    .filter(({ kind, metadata }) => kind !== "CustomResourceDefinition" && !metadata.annotations?.["helm.sh/hook"]);
}

/** Stores objects; disposing deletes them again. */
export async function applyManifests(
  { kubectl }: ControlPlaneClient,
  items: readonly Manifest[],
): Promise<AsyncDisposable> {
  const input = JSON.stringify({ apiVersion: "v1", kind: "List", items });
  await kubectl(["apply", "--server-side", "-f", "-"], { input });
  return {
    [Symbol.asyncDispose]: async () => {
      await kubectl(["delete", "--ignore-not-found", "-f", "-"], { input });
    },
  };
}
