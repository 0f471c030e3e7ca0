/** Generators of the kinds beside AIGatewayConfig that teams store, whose references often meet. */
import fc from "fast-check";
import { API_VERSION } from "#api/kind.ts";
import type { KubernetesObject } from "#api/object-meta.ts";
import { decoded } from "./arbitrary-json.ts";
import { modelName, namespaceName, objectName, validModel, validRoute } from "./arbitrary-objects.ts";

const someName = fc.record({ name: objectName });

export const validModelConfig = stored(
  "ModelConfig",
  validModel.filter(({ modelRef }) => modelRef === undefined).map(({ name: _, ...shared }) => shared),
);
export const validAIRoute = stored(
  "AIRoute",
  fc
    .tuple(validRoute, fc.uniqueArray(someName, { selector: ({ name }) => name, maxLength: 2 }))
    .map(([route, parentRefs]) => ({ ...route, ...(parentRefs.length > 0 && { parentRefs }) })),
);
export const validPromptTemplate = stored(
  "PromptTemplate",
  fc.record(
    {
      models: fc.uniqueArray(modelName, { maxLength: 2 }),
      messages: fc.constant([{ role: "user", content: "Hello." }]),
    },
    { requiredKeys: ["messages"] },
  ),
);
const targetRefs = fc.array(
  fc.record({ kind: fc.constantFrom("AIGatewayConfig", "ModelConfig", "AIRoute"), name: objectName }),
  { minLength: 1, maxLength: 3 },
);
export const validRateLimitPolicy = stored(
  "RateLimitPolicy",
  fc.record({ targetRefs, limits: fc.constant([{ requests: 1, window: "1s" }]) }),
);
export const validIntegrationConfig = stored(
  "IntegrationConfig",
  fc.record(
    {
      type: fc.constant("billing"),
      provider: fc.constant("prometheus"),
      targetRefs,
    },
    { requiredKeys: ["type", "provider"] },
  ),
);

function stored(kind: string, spec: fc.Arbitrary<object>): fc.Arbitrary<KubernetesObject> {
  const metadata = fc.record({ name: objectName, namespace: namespaceName });
  return decoded(fc.record({ apiVersion: fc.constant(API_VERSION), kind: fc.constant(kind), metadata, spec }));
}
