import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { takeTurn } from "../control-plane/build-lock.ts";
import { readEnvironment } from "../control-plane/environment.ts";

/** A gateway that is published as a package of PyPI. */
export interface PythonPackage {
  /** Names the folder in the cache, with the version. */
  readonly name: string;
  readonly version: string;
  /** What pip is asked for, without the version: `litellm[proxy]`. */
  readonly requirement: string;
}

/**
 * The environment in which a package is installed: from the cache, or put there
 * first. It was made elsewhere, so its programs are run by its own `bin/python`,
 * unless they are no scripts.
 */
export async function installedPackage({ name, version, requirement }: PythonPackage): Promise<string> {
  const target = join(dirname(readEnvironment().cacheDirectory), "gateways", `${name}-${version}`);
  if (existsSync(target)) return target;
  await mkdir(dirname(target), { recursive: true });
  await using _turn = await takeTurn(`${target}.lock`, () => undefined, AbortSignal.timeout(INSTALL_MILLISECONDS));
  if (existsSync(target)) return target;
  process.stderr.write(`gateways: installing ${requirement} ${version} from PyPI\n`);
  const unfinished = `${target}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  await run("python3", ["-m", "venv", unfinished]);
  await run(join(unfinished, "bin", "pip"), ["install", "--quiet", `${requirement}==${version}`]);
  await rename(unfinished, target);
  return target;
}

/** LiteLLM takes two minutes; a slow mirror takes ten. */
const INSTALL_MILLISECONDS = 900_000;

async function run(program: string, words: readonly string[]): Promise<void> {
  await promisify(execFile)(program, words, { timeout: INSTALL_MILLISECONDS });
}
