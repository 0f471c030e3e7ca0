import { execFile } from "node:child_process";
import { buildMissingFiles } from "../control-plane/build.ts";
import { readEnvironment } from "../control-plane/environment.ts";
import type { GoModule } from "../control-plane/modules.ts";
import { cachedFile } from "../control-plane/program-cache.ts";

/** What GitOps tools make of an object. */
export interface ToolsAnswer {
  /** Of Flux, kpt and others: `Current`, `InProgress`, `Failed`, `Terminating`. */
  readonly kstatus: string;
  /** Of Argo CD by a health script: `Healthy`, `Progressing`, `Degraded`. */
  readonly health: string;
  readonly message: string;
}

/** Asks the tools' own libraries (main.go), Argo CD's with a health script in Lua. */
export async function askTools(script: string, objects: readonly object[]): Promise<readonly ToolsAnswer[]> {
  const program = await builtProgram();
  return new Promise((resolve, reject) => {
    const child = execFile(program, (error, stdout, stderr) => {
      if (error) reject(new Error(stderr, { cause: error }));
      else resolve(JSON.parse(stdout) as readonly ToolsAnswer[]);
    });
    child.stdin?.end(JSON.stringify({ script, objects }));
  });
}

const MODULE: GoModule = {
  name: "gitops",
  programs: { gitops: "." },
  linkedValues: () => ({}),
  directory: import.meta.dirname,
};

/** From the cache, into which Go builds it in seconds where it is missing. */
async function builtProgram(): Promise<string> {
  const environment = readEnvironment();
  await buildMissingFiles(MODULE, {
    environment,
    report: (line) => process.stderr.write(`${line}\n`),
    signal: new AbortController().signal,
  });
  return cachedFile(environment.cacheDirectory, MODULE, "gitops");
}
