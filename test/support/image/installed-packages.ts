import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** The packages in a folder's `node_modules` and in theirs, each once, as `name@version`. */
export async function installedPackages(directory: string): Promise<readonly string[]> {
  const files = await readdir(join(directory, "node_modules"), { recursive: true });
  const manifests = files.filter((file) => MANIFEST_OF_PACKAGE.test(`node_modules/${file}`));
  const names = manifests.map(async (file) => {
    const { name, version } = JSON.parse(await readFile(join(directory, "node_modules", file), "utf8")) as Package;
    return `${name}@${version}`;
  });
  return [...new Set(await Promise.all(names))].toSorted();
}

interface Package {
  readonly name: string;
  readonly version: string;
}

/** Others lie deeper: they say which kind of modules a folder holds, or are a test's. */
const MANIFEST_OF_PACKAGE = /(?:^|\/)node_modules\/(?:@[^/]+\/)?[^/@]+\/package\.json$/;
