import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type GoModule, moduleDirectory } from "./modules.ts";

/** Where a program or manifest of a module lies, or will lie, in the cache. */
export function cachedFile(cacheDirectory: string, module: GoModule, name: string): string {
  return join(cacheDirectory, `${module.name}-${cacheKey(module, moduleFiles(module))}`, name);
}

/** The programs and manifests of a module that are not in the cache yet. */
export function missingFiles(cacheDirectory: string, module: GoModule): string[] {
  const names = [...Object.keys(module.programs), ...Object.keys(module.manifests ?? {})];
  return names.filter((name) => !existsSync(cachedFile(cacheDirectory, module, name)));
}

/** The files that decide what is built. */
export interface ModuleFiles {
  readonly goMod: string;
  readonly goSum: string;
  /** The module's own Go files, if it has any. */
  readonly sources: readonly string[];
}

/**
 * Names what is built: module files (whose tool lines name the packages), own
 * sources, tags, linked values and the machine. 16 hex digits tell apart the few versions
 * that one user keeps.
 */
export function cacheKey(module: GoModule, { goMod, goSum, sources }: ModuleFiles): string {
  const own = module.tags === undefined ? sources : [...sources, module.tags];
  const identity = [goMod, goSum, module.linkedValues(goMod), process.platform, process.arch, ...own];
  return createHash("sha256").update(JSON.stringify(identity)).digest("hex").slice(0, 16);
}

function moduleFiles(module: GoModule): ModuleFiles {
  const directory = moduleDirectory(module);
  const read = (name: string) => readFileSync(join(directory, name), "utf8");
  const sources = readdirSync(directory).filter((name) => name.endsWith(".go"));
  const requiresOthers = existsSync(join(directory, "go.sum"));
  return {
    goMod: read("go.mod"),
    goSum: requiresOthers ? read("go.sum") : "",
    sources: sources.toSorted().map(read),
  };
}
