import { readFileSync } from "node:fs";
import { SHIPPED_MODEL_DATA } from "#commands/load-model-data.ts";
import type { ModelData } from "#policy/model-data.ts";
import { ModelIndex } from "#policy/model-index.ts";

/** What Gatehouse serves with unless it is told otherwise. */
export const KNOWN_MODELS = new ModelIndex(JSON.parse(readFileSync(SHIPPED_MODEL_DATA, "utf8")) as ModelData);
