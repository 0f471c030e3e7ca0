import { isDeepStrictEqual } from "node:util";
import { CONFIG_HASH_ANNOTATION, LAST_GOOD_KEY, MANAGED_BY } from "#api/controller-names.ts";
import type { AIGatewayConfig } from "#api/kinds/ai-gateway-config.ts";
import { applyGuarded } from "#kube/apply.ts";
import type { Client } from "#kube/client.ts";
import { isConflict, isNotFound, KubernetesError } from "#kube/kubernetes-error.ts";
import { isControlledBy, withControllerReference } from "#kube/owner-reference.ts";
import type { Resource, ResourceType } from "#kube/resource.ts";
import { CONFIG_MAPS, SECRETS } from "../delivered-objects.ts";
import type { DeliveryOutcome, Plan } from "./delivery.ts";

export interface DeliverOptions {
  readonly client: Client;
  readonly fieldManager: string;
  readonly signal: AbortSignal;
}

/**
 * Puts the Secret and then the ConfigMap, which may refer to it, where the class wants
 * them. What is as it should be is not written again; what another made is not touched.
 * Throws conflicts, after which the caches know more, and the signal's reason.
 */
export async function deliver(plan: Plan, options: DeliverOptions): Promise<DeliveryOutcome> {
  const objects = objectsOf(plan);
  const tooLarge = objects.find(({ wanted }) => bytesIn(wanted.data) > MOST_BYTES);
  if (tooLarge)
    return refused("TooLarge", `${nameOf(tooLarge)} would be larger than the 1 MiB that the API server takes`);
  try {
    const present = await Promise.all(objects.map(({ type, wanted }) => read(type, wanted, options)));
    const taken = objects.find((_, index) => isAnothers(present[index], plan.gateway));
    if (taken) {
      return refused(
        "NameCollision",
        `${nameOf(taken)} is there already and was not made for this gateway: it must go, or the class must name another`,
      );
    }
    let changed = false;
    for (const [index, { type, wanted }] of objects.entries()) {
      if (isAsWanted(present[index], wanted)) continue;
      await applyGuarded({ ...options, type, wanted, present: present[index] });
      changed = true;
    }
    return { type: "delivered", changed };
  } catch (error) {
    if (!(error instanceof KubernetesError) || isConflict(error)) throw error;
    if (error.code === 403) return refused("DeliveryNotPermitted", error.message);
    return { type: "failed", reason: "DeliveryFailed", message: error.message };
  }
}

/** The API server's limit for the data of a ConfigMap, and of a Secret. */
const MOST_BYTES = 1024 * 1024;

interface Delivered extends Resource {
  /** Of a Secret in base64. */
  readonly data: Readonly<Record<string, string>>;
}

interface DeliveredObject {
  readonly type: ResourceType;
  readonly wanted: Delivered;
}

function objectsOf({ gateway, target, hash, rendered, lastGood }: Plan): readonly DeliveredObject[] {
  const annotations = { [CONFIG_HASH_ANNOTATION]: hash };
  const owned = (type: ResourceType, name: string, data: Delivered["data"]): DeliveredObject => {
    const metadata = { name, namespace: target.namespace, labels: MANAGED_BY, annotations };
    const object = { apiVersion: type.version, kind: type.kind, metadata, data };
    return { type, wanted: withControllerReference<Delivered>(object, gateway as AIGatewayConfig & Resource) };
  };
  const secrets = Object.entries({ ...rendered.secrets, [LAST_GOOD_KEY]: lastGood });
  const encoded = secrets.map(([key, text]) => [key, Buffer.from(text).toString("base64")]);
  return [
    owned(SECRETS, target.secretName, Object.fromEntries(encoded) as Delivered["data"]),
    owned(CONFIG_MAPS, target.configMapName, rendered.files),
  ];
}

function bytesIn(data: Delivered["data"]): number {
  return Object.entries(data).reduce((sum, [key, text]) => sum + key.length + Buffer.byteLength(text), 0);
}

async function read(
  type: ResourceType,
  { metadata: { name, namespace = "" } }: Resource,
  { client, signal }: DeliverOptions,
): Promise<Resource | undefined> {
  try {
    return await client.get(type, { name, namespace }, { signal });
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

function isAnothers(present: Resource | undefined, gateway: AIGatewayConfig): boolean {
  return present !== undefined && !isControlledBy(present, gateway as AIGatewayConfig & Resource);
}

function isAsWanted(present: Resource | undefined, wanted: Delivered): boolean {
  const { labels = {}, annotations = {} } = present?.metadata ?? {};
  return (
    holds(labels, wanted.metadata.labels) &&
    holds(annotations, wanted.metadata.annotations) &&
    isDeepStrictEqual((present as Delivered | undefined)?.data ?? {}, wanted.data)
  );
}

function holds(present: Readonly<Record<string, string>>, wanted: Readonly<Record<string, string>> = {}): boolean {
  return Object.entries(wanted).every(([key, value]) => present[key] === value);
}

function refused(reason: string, message: string): DeliveryOutcome {
  return { type: "refused", reason, message };
}

function nameOf({ wanted: { kind, metadata } }: DeliveredObject): string {
  return `${kind} ${metadata.namespace}/${metadata.name}`;
}
