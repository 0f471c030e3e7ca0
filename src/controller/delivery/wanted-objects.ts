import { CONFIG_HASH_ANNOTATION, LAST_GOOD_KEY, MANAGED_BY } from "#api/controller-names.ts";
import type { AIGatewayConfig } from "#api/kinds/ai-gateway-config.ts";
import { withControllerReference } from "#kube/owner-reference.ts";
import type { Resource } from "#kube/resource.ts";
import type { Plan } from "./delivery.ts";

/** A ConfigMap or a Secret: what is in it is in base64 if it is a Secret. */
export interface DataObject extends Resource {
  readonly data?: Readonly<Record<string, string>>;
}

/** The ConfigMap that the gateway mounts, as it is to be. */
export function wantedConfigMap(plan: Plan): DataObject {
  return owned(plan, "ConfigMap", plan.rendered.files);
}

/** The Secret that the gateway mounts, as it is to be; the last good forms are kept in it too. */
export function wantedSecret(plan: Plan): DataObject {
  const texts: Readonly<Record<string, string>> = { ...plan.rendered.secrets, [LAST_GOOD_KEY]: plan.lastGood };
  const encoded = Object.entries(texts).map(([key, text]) => [key, Buffer.from(text).toString("base64")] as const);
  return owned(plan, "Secret", Object.fromEntries(encoded));
}

function owned({ gateway, target, hash }: Plan, kind: "ConfigMap" | "Secret", data: DataObject["data"]): DataObject {
  const name = kind === "Secret" ? target.secretName : target.configMapName;
  const { namespace } = target;
  const metadata = { name, namespace, labels: MANAGED_BY, annotations: { [CONFIG_HASH_ANNOTATION]: hash } };
  const object: DataObject = { apiVersion: "v1", kind, metadata, data: data ?? {} };
  return withControllerReference(object, gateway as AIGatewayConfig & Resource);
}

/** What the API server counts against 1 MiB (validation of ConfigMaps and Secrets), in bytes. */
export function dataBytes(texts: Readonly<Record<string, string>>): number {
  let bytes = 0;
  for (const [key, text] of Object.entries(texts)) bytes += key.length + Buffer.byteLength(text);
  return bytes;
}
