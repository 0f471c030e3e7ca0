import type { Client, ObjectName } from "#kube/client.ts";
import { isNotFound } from "#kube/kubernetes-error.ts";
import type { Resource, ResourceType } from "#kube/resource.ts";
import { type InstallationObjects, SECRETS, WEBHOOK_CONFIGURATIONS } from "./installation.ts";
import type { SecretText } from "./stored-certificates.ts";
import { isInjected, publishedIn, type WebhookConfiguration } from "./webhook-configuration.ts";

export type StoredSecret = Resource & { readonly data?: Readonly<Record<string, string>> };

/** What the API server has now. */
export interface Gathered {
  readonly secret: StoredSecret | undefined;
  /** With its type; undefined where one is not there, or is written by another. */
  readonly configurations: readonly (readonly [ResourceType, WebhookConfiguration])[] | undefined;
}

/**
 * Reads from the API server itself, and the webhook configurations before the Secret. So
 * what is published was decided upon a Secret no newer than the one that is read, and a
 * write that names the configurations' versions can never bring older authorities back.
 */
export async function gather(
  client: Client,
  { namespace, secret, webhookConfigurations: name }: InstallationObjects,
  signal: AbortSignal,
): Promise<Gathered> {
  const configurations = await Promise.all(
    WEBHOOK_CONFIGURATIONS.map(async (type) => {
      const configuration = await found<WebhookConfiguration>(client, type, { name }, signal);
      return configuration && !isInjected(configuration) ? ([type, configuration] as const) : undefined;
    }),
  );
  const isComplete = configurations.every((configuration) => configuration !== undefined);
  return {
    configurations: isComplete ? configurations : undefined,
    secret: await found<StoredSecret>(client, SECRETS, { namespace, name: secret }, signal),
  };
}

/** The authorities that each entry of both names, in their order. */
export function publishedBy({ configurations }: Gathered): readonly string[] | undefined {
  return configurations?.flatMap(([, configuration]) => publishedIn(configuration));
}

export function textOf({ data = {} }: StoredSecret): SecretText {
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, Buffer.from(value, "base64").toString("utf8")]),
  );
}

async function found<R extends Resource>(
  client: Client,
  type: ResourceType,
  name: ObjectName,
  signal: AbortSignal,
): Promise<R | undefined> {
  try {
    return await client.get<R>(type, name, { signal });
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
