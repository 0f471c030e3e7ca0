import type { AIGatewayClass } from "#api/kinds/ai-gateway-class.ts";
import type { SecretKey } from "#api/reference.ts";
import type { Client } from "#kube/client.ts";
import { KubernetesError } from "#kube/kubernetes-error.ts";
import { SECRETS } from "../delivered-objects.ts";
import type { Undelivered } from "../delivery/delivery.ts";
import type { DeliveryTarget } from "../delivery/delivery-target.ts";
import { readSecret } from "../read-secrets.ts";
import type { PushOutcome } from "./admin-api.ts";
import { adminApi } from "./admin-apis.ts";
import { endpointCredentials } from "./credentials.ts";
import type { GatewayClient } from "./gateway-client.ts";

export interface PushToOptions {
  readonly client: Client;
  /** The controller's own, in which the credentials are. */
  readonly namespace: string;
  readonly gatewayClient: GatewayClient;
  readonly body: string;
  readonly signal: AbortSignal;
}

/** Hands a configuration over to the admin API that a class names, with the credentials that it names. */
export async function pushTo(
  gatewayClass: AIGatewayClass,
  { adminUrl: url = "" }: DeliveryTarget,
  options: PushToOptions,
): Promise<PushOutcome | Undelivered> {
  const { gatewayClient, body, signal } = options;
  const adapter = gatewayClass.spec.adapter ?? "json";
  const api = adminApi(adapter, gatewayClient);
  if (!api) {
    const message = `gateways of adapter ${adapter} have no admin API: the class must not name one`;
    return { type: "refused", reason: "NoAdminApi", message };
  }
  const credentials = await readCredentials(endpointCredentials(gatewayClass).push, options);
  return typeof credentials === "object" ? credentials : api.push({ url, body, credentials, signal });
}

/** The content of a key in the controller's namespace; undefined where none is named. */
export async function readCredentials(
  reference: SecretKey | undefined,
  { client, namespace, signal }: Pick<PushToOptions, "client" | "namespace" | "signal">,
): Promise<string | undefined | Undelivered> {
  if (!reference) return undefined;
  const { name, key } = reference;
  try {
    const content = readSecret(await client.get(SECRETS, { namespace, name }, { signal })).data[key];
    return content ?? notThere(`Secret ${namespace}/${name} must have the key ${key}`);
  } catch (error) {
    if (!(error instanceof KubernetesError) || ![403, 404].includes(error.code)) throw error;
    if (error.code === 404) return notThere(`Secret ${namespace}/${name} must be there`);
    return notThere(`Secret ${namespace}/${name} may not be read`);
  }
}

function notThere(why: string): Undelivered {
  return { type: "failed", reason: "CredentialsNotFound", message: `${why}, for the gateway's admin API` };
}
