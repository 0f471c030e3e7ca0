import type { JsonPatchOperation } from "#kube/client.ts";
import type { Resource } from "#kube/resource.ts";

/** As much of a MutatingWebhookConfiguration or a ValidatingWebhookConfiguration as certificates concern. */
export interface WebhookConfiguration extends Resource {
  readonly webhooks?: readonly WebhookEntry[];
}

interface WebhookEntry {
  readonly name: string;
  readonly clientConfig: {
    readonly caBundle?: string;
    readonly service?: { readonly name: string; readonly namespace: string };
  };
}

/** The authorities that each entry names, PEM; empty where it names none. */
export function publishedIn({ webhooks = [] }: WebhookConfiguration): readonly string[] {
  return webhooks.map(({ clientConfig: { caBundle = "" } }) => Buffer.from(caBundle, "base64").toString("utf8"));
}

/** The name by which the API server calls each entry; undefined where that is no Service. */
export function namesCalled({ webhooks = [] }: WebhookConfiguration): readonly (string | undefined)[] {
  return webhooks.map(({ clientConfig: { service } }) => service && `${service.name}.${service.namespace}.svc`);
}

/** Whether cert-manager writes authorities into it, with whom nobody should dispute. */
export function isInjected({ metadata: { annotations = {} } }: WebhookConfiguration): boolean {
  return Object.keys(annotations).some((key) => key.startsWith("cert-manager.io/inject-"));
}

/** Makes every entry name these authorities, PEM, unless somebody has written the object since. */
export function naming(
  bundle: string,
  { metadata, webhooks = [] }: WebhookConfiguration,
): readonly JsonPatchOperation[] {
  const value = Buffer.from(bundle).toString("base64");
  return [
    { op: "test", path: "/metadata/resourceVersion", value: metadata.resourceVersion },
    // `add` replaces what is there.
    ...webhooks.map((_, index) => ({ op: "add" as const, path: `/webhooks/${index}/clientConfig/caBundle`, value })),
  ];
}
