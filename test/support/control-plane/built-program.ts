import { buildMissingFiles } from "./build.ts";
import { readEnvironment } from "./environment.ts";
import type { GoModule } from "./modules.ts";
import { cachedFile } from "./program-cache.ts";

/** A program of a module: from the cache, into which Go builds it where it is missing. */
export async function builtProgram(module: GoModule, program: string): Promise<string> {
  const environment = readEnvironment();
  await buildMissingFiles(module, {
    environment,
    report: (line) => process.stderr.write(`${line}\n`),
    signal: new AbortController().signal,
  });
  return cachedFile(environment.cacheDirectory, module, program);
}
