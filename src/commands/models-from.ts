import type { ModelIndex } from "#policy/model-index.ts";
import { loadModelData, ModelDataError, SHIPPED_MODEL_DATA } from "./load-model-data.ts";
import { UsageError } from "./usage-error.ts";

/** Who named a file wants it to be used, so one that cannot be is told. */
export async function modelsFrom(file: string | undefined, command: string): Promise<ModelIndex> {
  try {
    return await loadModelData(file ?? SHIPPED_MODEL_DATA);
  } catch (error) {
    throw error instanceof ModelDataError ? new UsageError(`${command}: ${error.message}`, { cause: error }) : error;
  }
}
