import type { AddOperation } from "#api/admission-review.ts";
import type { Kind } from "#api/kind.ts";
import { type AIGatewayConfig, aiGatewayConfig } from "#api/kinds/ai-gateway-config.ts";
import { modelConfig } from "#api/kinds/model-config.ts";
import type { KubernetesObject, ObjectMeta } from "#api/object-meta.ts";
import { NOTHING } from "./additions.ts";
import type { MutationFacts } from "./facts.ts";
import { gatewayClassOperations } from "./gateway-class.ts";
import { labelOperations } from "./labels.ts";
import { modelConfigOperations } from "./model-config.ts";
import { modelsOperations } from "./models.ts";
import { type Unchecked, unchecked } from "./unchecked.ts";

/**
 * The defaults that policy adds to an object, as operations on it as it stands.
 * `object` and `old` are decoded JSON of any shape; `old` is undefined on a
 * create. Pure and total.
 *
 * Set-if-unset: a field that is there is left alone whatever its value. So is
 * null: the API server drops nulls of fields that the schema knows when it
 * decodes a request (apiextensions-apiserver, defaulting/prunenulls.go), so one
 * that gets here was put there by somebody since, or was never decoded by it.
 *
 * An update is given defaults only where it changed something, so that an edit
 * of metadata alone leaves the spec as it is. Nothing is added inside atomic
 * lists, and nothing to an object that is being deleted.
 *
 * The values of operations are made for this call and may be kept or changed.
 * The API server runs its schema's defaults again on what they add.
 */
export function mutationOperations(
  kind: Kind,
  object: unknown,
  old: unknown,
  facts: MutationFacts,
): readonly AddOperation[] {
  if (kind.scope !== "Namespaced") return NOTHING;
  const governed = unchecked<KubernetesObject>(object);
  const metadata = unchecked<ObjectMeta>(governed?.metadata);
  if (!governed || isTerminating(metadata)) return NOTHING;
  const previous = old === undefined ? undefined : (unchecked<KubernetesObject>(old) ?? {});
  const labels = labelOperations(metadata, previous, facts.policy);
  const spec = specOperations(kind.kind, governed, previous, facts);
  return labels.length === 0 ? spec : [...labels, ...spec];
}

/** Null is how some clients write an absent time. */
function isTerminating(metadata: { readonly deletionTimestamp?: unknown } | undefined): boolean {
  return metadata?.deletionTimestamp !== undefined && metadata.deletionTimestamp !== null;
}

function specOperations(
  kind: string,
  object: Unchecked<KubernetesObject>,
  previous: Unchecked<KubernetesObject> | undefined,
  facts: MutationFacts,
): readonly AddOperation[] {
  switch (kind) {
    case aiGatewayConfig.kind:
      return gatewayOperations(object, previous, facts);
    case modelConfig.kind:
      return modelConfigOperations(object, previous, facts);
    default:
      return NOTHING;
  }
}

function gatewayOperations(
  config: Unchecked<AIGatewayConfig>,
  previous: Unchecked<AIGatewayConfig> | undefined,
  facts: MutationFacts,
): readonly AddOperation[] {
  const gatewayClass = gatewayClassOperations(config, previous, facts);
  const models = modelsOperations(config, previous, facts);
  return gatewayClass.length === 0 ? models : [...gatewayClass, ...models];
}
