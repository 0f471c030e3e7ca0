import { spawn } from "node:child_process";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { takeTurn } from "./build-lock.ts";
import type { Environment } from "./environment.ts";
import { readManifests } from "./module-manifests.ts";
import { type GoModule, moduleDirectory, readGoMod } from "./modules.ts";
import { cachedFile, missingFiles } from "./program-cache.ts";
import { WITHOUT_GO } from "./unavailable.ts";

/** What a build works with. */
export interface BuildContext {
  readonly environment: Environment;
  /** Tells people what takes so long; one line each. */
  readonly report: (line: string) => void;
  /** Ends the build, as a failure. */
  readonly signal: AbortSignal;
}

/**
 * Makes what a module's cache lacks. Each file appears in the cache by one
 * rename, so neither an interrupted nor a concurrent build leaves half a
 * file. Throws with the Go tool's own words when a build fails, and with what is to be done where there is no Go.
 */
export async function buildMissingFiles(module: GoModule, context: BuildContext): Promise<void> {
  const { cacheDirectory } = context.environment;
  if (missingFiles(cacheDirectory, module).length === 0) return;
  await mkdir(cacheDirectory, { recursive: true });
  const waiting = everyTwentySeconds(() => context.report(`waiting for another process that builds ${module.name}`));
  await using _turn = await takeTurn(`${cacheDirectory}/${module.name}.building`, waiting, context.signal);
  for (const name of missingFiles(cacheDirectory, module)) {
    const manifests = module.manifests?.[name];
    const finished = cachedFile(cacheDirectory, module, name);
    if (manifests === undefined) await build(module, name, finished, context);
    else await write(finished, await readManifests(moduleDirectory(module), manifests, context));
  }
}

async function write(finished: string, text: string): Promise<void> {
  const unfinished = `${finished}.${process.pid}`;
  await writeFile(unfinished, text);
  await rename(unfinished, finished);
}

async function build(module: GoModule, program: string, finished: string, context: BuildContext): Promise<void> {
  const { report } = context;
  const unfinished = `${finished}.${process.pid}`;
  const workDirectory = `${unfinished}.work`;
  const start = performance.now();
  const seconds = () => Math.round((performance.now() - start) / 1000);
  await mkdir(workDirectory, { recursive: true });
  report(`building ${program} from ${module.programs[program]}`);
  const ticker = setInterval(() => report(`building ${program}, ${seconds()} s so far`), progressMilliseconds);
  try {
    await runGo(buildArguments(module, program, unfinished), { module, workDirectory }, context);
    await rename(unfinished, finished);
  } finally {
    clearInterval(ticker);
    for (const path of [unfinished, workDirectory]) await rm(path, { recursive: true, force: true, maxRetries: 3 });
  }
  report(`built ${program} in ${seconds()} s`);
}

/** Stripped of symbols and paths: 300 MB of programs instead of 450 MB, and equal bytes on equal machines. */
function buildArguments(module: GoModule, program: string, output: string): string[] {
  const values = Object.entries(module.linkedValues(readGoMod(module))).map(([name, value]) => `-X ${name}=${value}`);
  const linkerFlags = ["-s", "-w", ...values].join(" ");
  const flags = ["-trimpath", "-tags", module.tags ?? "", "-ldflags", linkerFlags];
  return ["build", ...flags, "-o", output, module.programs[program] ?? program];
}

interface GoPlace {
  readonly module: GoModule;
  /** The Go tool leaves its temporary files behind when it is interrupted; here they are found and removed. */
  readonly workDirectory: string;
}

async function runGo(goArguments: readonly string[], place: GoPlace, context: BuildContext): Promise<void> {
  const directory = moduleDirectory(place.module);
  // Pure Go needs no C compiler; the module files are law, whatever the user's own settings say.
  const settings = { CGO_ENABLED: "0", GOFLAGS: "-mod=readonly", GOWORK: "off", GOTMPDIR: place.workDirectory };
  const go = spawn("go", goArguments, {
    cwd: directory,
    env: { ...context.environment.inherited, ...settings },
    stdio: ["ignore", "ignore", "pipe"],
    signal: context.signal,
    timeout: longestBuildMilliseconds,
  });
  let complaint = "";
  go.stderr.setEncoding("utf8").on("data", (text: string) => {
    complaint = (complaint + text).slice(-4000); // downloads are listed too; errors come last
  });
  const end = await new Promise<number | NodeJS.Signals | null>((resolve, reject) => {
    go.once("error", (error) => {
      if (go.pid !== undefined) return; // it was told to stop, and its end follows
      reject(
        new Error(`${place.module.name} is not built yet and ${WITHOUT_GO}`, {
          cause: error,
        }),
      );
    });
    go.once("close", (code, signal) => resolve(code ?? signal));
  });
  context.signal.throwIfAborted();
  if (end !== 0) throw new Error(`go ${goArguments.join(" ")} in ${directory} ended with ${end}:\n${complaint}`);
}

/** Six times what two cores need; beyond it a download hangs. */
const longestBuildMilliseconds = 3_600_000;
const progressMilliseconds = 10_000;

function everyTwentySeconds(action: () => void): () => void {
  let last = Number.NEGATIVE_INFINITY;
  return () => {
    if (performance.now() - last < 20_000) return;
    last = performance.now();
    action();
  };
}
