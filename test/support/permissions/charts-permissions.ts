import { mkdtempDisposable } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { commandIn } from "../control-plane/command.ts";
import { readEnvironment } from "../control-plane/environment.ts";
import { findPrograms } from "../control-plane/programs.ts";
import type { Manifest } from "../gatehouse/chart.ts";
import { CHART } from "../gatehouse/helm-release.ts";
import { type Granted, grantedBy } from "./granted.ts";

/** All that the chart can grant to its service accounts, those of its hooks included, whatever the values. */
export async function chartsPermissions(): Promise<Granted> {
  const signal = new AbortController().signal;
  const { more } = await findPrograms({ environment: readEnvironment(), report, signal });
  if (more === undefined) throw new Error("the chart needs Helm");
  await using home = await mkdtempDisposable(join(tmpdir(), "gatehouse-helm-"));
  const helm = commandIn(home.path, more.helm, "/dev/null");
  const words = ["template", "gatehouse", CHART, "--namespace=gatehouse-system", "--values=-"];
  const manifests: Manifest[] = [];
  for (const mode of ["cert-manager", "self-managed"]) {
    const { stdout } = await helm(words, { input: JSON.stringify({ ...EVERYTHING, certificates: { mode } }) });
    const rendered = parseAllDocuments(stdout).map((document) => document.toJS() as Manifest | null);
    manifests.push(...rendered.filter((manifest) => manifest !== null));
  }
  return grantedBy([...new Map(manifests.map((manifest) => [JSON.stringify(manifest), manifest])).values()]);
}

/** Values with which each role is bound, whichever way certificates come. */
const EVERYTHING = {
  secretNamespaces: ["a"],
  rolloutNamespaces: ["a"],
  managedNamespaces: ["a"],
  endpointSecrets: ["credentials"],
};

function report(line: string): void {
  process.stderr.write(`${line}\n`);
}
