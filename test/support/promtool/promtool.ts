import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { buildMissingFiles } from "../control-plane/build.ts";
import { readEnvironment } from "../control-plane/environment.ts";
import type { GoModule } from "../control-plane/modules.ts";
import { cachedFile } from "../control-plane/program-cache.ts";

/** Runs Prometheus' own promtool, and answers what it prints; throws with it when it fails. */
export async function promtool(words: readonly string[]): Promise<string> {
  const program = await builtProgram();
  const { stdout } = await promisify(execFile)(program, words).catch((error: { stdout: string; stderr: string }) => {
    throw new Error(`promtool ${words[0]} ${words[1]} failed:\n${error.stdout}${error.stderr}`, { cause: error });
  });
  return stdout;
}

const MODULE: GoModule = {
  name: "promtool",
  programs: { promtool: "github.com/prometheus/prometheus/cmd/promtool" },
  linkedValues: () => ({}),
  tags: "remove_all_sd", // no client of every cloud, which would triple the build
  directory: import.meta.dirname,
};

/** From the cache, into which Go builds it, where it is missing, in two minutes on two cores. */
export async function builtProgram(): Promise<string> {
  const environment = readEnvironment();
  await buildMissingFiles(MODULE, {
    environment,
    report: (line) => process.stderr.write(`${line}\n`),
    signal: new AbortController().signal,
  });
  return cachedFile(environment.cacheDirectory, MODULE, "promtool");
}
