import { execFile, spawnSync } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

/** Debian packages, and the programs in them, without which no image is built here. */
export const NEEDED = ["buildah", "mmdebstrap"] as const;

export function missingPrograms(): readonly string[] {
  return NEEDED.filter((program) => spawnSync(program, ["--version"]).error !== undefined);
}

/** Runs buildah on a store of its own, and answers what it prints. */
export class Buildah {
  readonly #store: readonly string[];

  constructor(directory: string) {
    // vfs copies instead of mounting layers, which works inside containers too.
    this.#store = ["--root", join(directory, "store"), "--runroot", join(directory, "run"), "--storage-driver", "vfs"];
  }

  async run(...words: readonly string[]): Promise<string> {
    const limits = { timeout: 240_000, maxBuffer: 64 * 1024 * 1024 };
    const { stdout } = await promisify(execFile)("buildah", [...this.#store, ...words], limits);
    return stdout.trim();
  }
}
