import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Service } from "./endpoints.ts";

/** The lines of a hosts file in which Services have the names that a cluster's DNS gives them. */
export function clusterHosts(services: readonly Service[]): string {
  const lines = services.flatMap(({ metadata: { namespace, name }, spec: { clusterIP = "None" } }) =>
    clusterIP === "None" || clusterIP === ""
      ? []
      : [`${clusterIP} ${name}.${namespace}.svc.cluster.local ${name}.${namespace}.svc ${name}.${namespace}`],
  );
  return ["127.0.0.1 localhost", ...lines.sort(), ""].join("\n");
}

/** Replaces the file `hosts` of a folder, whole. */
export async function writeHosts(directory: string, hosts: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, ".hosts"), hosts);
  await rename(join(directory, ".hosts"), join(directory, "hosts"));
}
