import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type GoModule, moduleDirectory } from "./modules.ts";

/** Where a program of a module lies, or will lie, in the cache. */
export function cachedProgram(cacheDirectory: string, module: GoModule, program: string): string {
  return join(cacheDirectory, `${module.name}-${cacheKey(module, moduleFiles(module))}`, program);
}

/** The programs of a module that are not in the cache yet. */
export function missingPrograms(cacheDirectory: string, module: GoModule): string[] {
  return Object.keys(module.programs).filter((program) => !existsSync(cachedProgram(cacheDirectory, module, program)));
}

/** The files that decide what is built. */
export interface ModuleFiles {
  readonly goMod: string;
  readonly goSum: string;
}

/**
 * Names what is built: module files (whose tool lines name the packages),
 * linked values and the machine. 16 hex digits tell apart the few versions
 * that one user keeps.
 */
export function cacheKey(module: GoModule, { goMod, goSum }: ModuleFiles): string {
  const identity = [goMod, goSum, module.linkedValues(goMod), process.platform, process.arch];
  return createHash("sha256").update(JSON.stringify(identity)).digest("hex").slice(0, 16);
}

function moduleFiles(module: GoModule): ModuleFiles {
  const read = (name: string) => readFileSync(join(moduleDirectory(module), name), "utf8");
  return { goMod: read("go.mod"), goSum: read("go.sum") };
}
