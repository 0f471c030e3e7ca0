import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { checkModelData } from "#policy/check-model-data.ts";
import { ModelIndex } from "#policy/model-index.ts";

/** What Gatehouse brings along; see docs/model-data.md. */
export const SHIPPED_MODEL_DATA = join(import.meta.dirname, "../policy/model-data.json");

/** Model data that cannot be used, with every reason. */
export class ModelDataError extends Error {
  override readonly name = "ModelDataError";
  readonly faults: readonly string[];

  constructor(file: string, faults: readonly string[]) {
    super([`model data ${file} cannot be used:`, ...faults].join("\n"));
    this.faults = faults;
  }
}

/** Reads and checks model data. Throws ModelDataError. */
export async function loadModelData(file: string): Promise<ModelIndex> {
  const bytes = await readFile(file).catch((error: unknown) => {
    throw new ModelDataError(file, [reasonOf(error)]);
  });
  if (bytes.length > MAX_BYTES) throw new ModelDataError(file, [`must have at most ${MAX_BYTES} bytes`]);
  const checked = checkModelData(parsed(file, bytes));
  if ("faults" in checked) throw new ModelDataError(file, checked.faults);
  return new ModelIndex(checked.data);
}

/** A hundred times what is shipped, which is indexed within a second. */
const MAX_BYTES = 8 * 1024 * 1024;

function parsed(file: string, bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw new ModelDataError(file, ["must be JSON in UTF-8"]); // the engine's own words would quote the text
  }
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ENOENT") return "there is no such file";
  if (code === "EACCES") return "the file may not be read";
  if (code === "EISDIR") return "must be a file, not a directory";
  throw error;
}
