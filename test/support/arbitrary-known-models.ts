import { ModelIndex } from "#policy/model-index.ts";
import { HOSTS } from "./arbitrary-endpoints.ts";
import { MODEL_NAMES, PROVIDERS } from "./arbitrary-objects.ts";

/** What there could be known of the providers and hosts that objects are generated with: each host is one's own. */
export const ARBITRARY_KNOWN_MODELS = new ModelIndex({
  source: "test",
  date: "2026-09-23",
  providers: PROVIDERS.map((id, index) => ({
    id,
    hosts: HOSTS.slice(index, index + 1),
    complete: index === 0,
    models: [{ ids: MODEL_NAMES.slice(index), types: ["llm"], deprecated: index === 1 }],
  })),
});
