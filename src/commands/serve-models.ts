import type { Registry } from "prom-client";
import type { Logger } from "#observability/logger.ts";
import { modelDataMetrics } from "#observability/model-data-metrics.ts";
import type { ModelIndex } from "#policy/model-index.ts";
import { loadModelData, ModelDataError } from "./load-model-data.ts";

/**
 * The model data to serve with. Where it is faulty there is none, and the rules
 * that need it are off: advice is no reason to stop admission.
 */
export async function modelsToServe(
  file: string,
  { registry, logger }: { readonly registry: Registry; readonly logger: Logger },
): Promise<ModelIndex | undefined> {
  const metrics = modelDataMetrics(registry);
  try {
    const models = await loadModelData(file);
    metrics.loaded(Date.parse(models.date));
    return models;
  } catch (error) {
    if (!(error instanceof ModelDataError)) throw error;
    logger.error({ file, faults: error.faults }, "model data not usable; rules that need it are off");
    return undefined;
  }
}
