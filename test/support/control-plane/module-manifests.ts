import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { BuildContext } from "./build.ts";
import type { ManifestFolder } from "./modules.ts";

/** Joins the YAML files of a folder in the sources of a module that the go.mod in the directory requires. */
export async function readManifests(
  directory: string,
  { module, folder }: ManifestFolder,
  { environment, signal }: BuildContext,
): Promise<string> {
  const env = { ...environment.inherited, GOFLAGS: "-mod=readonly", GOWORK: "off" };
  const options = { cwd: directory, env, signal };
  const { stdout } = await promisify(execFile)("go", ["list", "-m", "-f", "{{.Dir}}", module], options);
  const sources = join(stdout.trim(), folder);
  const names = (await readdir(sources)).filter((name) => name.endsWith(".yaml")).sort();
  const texts = await Promise.all(names.map((name) => readFile(join(sources, name), "utf8")));
  return texts.join("---\n");
}
