import type { Client } from "#kube/client.ts";
import { isNotFound } from "#kube/kubernetes-error.ts";
import { withOwnerReference } from "#kube/owner-reference.ts";
import { newLife } from "./certificate-life.ts";
import { type Gathered, type StoredSecret, textOf } from "./gather.ts";
import { type InstallationObjects, SECRETS, SERVICES } from "./installation.ts";
import { makeAuthority, signLeaf } from "./issue.ts";
import type { KeepingRules, Step } from "./next-step.ts";
import { bundleOf } from "./pem.ts";
import { KEYS, type SecretText } from "./stored-certificates.ts";
import { naming, publishedIn } from "./webhook-configuration.ts";

/** Rules, and how long what is made is valid. */
export interface IssuingRules extends KeepingRules {
  readonly leafMilliseconds: number;
  readonly authorityMilliseconds: number;
}

export interface Performing {
  /** Writes only what names the version that it was decided upon. */
  readonly client: Client;
  readonly objects: InstallationObjects;
  readonly rules: IssuingRules;
  readonly now: number;
  readonly signal: AbortSignal;
}

/** Does what was decided, upon what was gathered. Rejects with a conflict where somebody was faster. */
export async function performStep(
  step: Exclude<Step, { readonly do: "wait" }>,
  gathered: Gathered,
  performing: Performing,
): Promise<void> {
  const { objects, rules, now } = performing;
  switch (step.do) {
    case "replace-authority": {
      const made = await makeAuthority(objects.service, newLife(now, rules.authorityMilliseconds));
      const authorities = `${made.certificate}${bundleOf(step.keep)}`;
      const entries = { [KEYS.authorities]: authorities, [KEYS.authorityKey]: made.privateKey };
      return store(entries, gathered.secret, performing);
    }
    case "replace-leaf": {
      const privateKey = (gathered.secret && textOf(gathered.secret)[KEYS.authorityKey]) ?? "";
      const signer = { certificate: step.signer.toString(), privateKey };
      const made = await signLeaf(signer, rules.dnsNames, newLife(now, rules.leafMilliseconds));
      return store({ [KEYS.leaf]: made.certificate, [KEYS.leafKey]: made.privateKey }, gathered.secret, performing);
    }
    case "drop-authorities":
      return store({ [KEYS.authorities]: step.bundle }, gathered.secret, performing);
    case "publish":
      return publish(step.bundle, gathered, performing);
  }
}

/** Changes these entries of the Secret and no others. */
async function store(entries: SecretText, present: StoredSecret | undefined, performing: Performing): Promise<void> {
  const { client, objects, signal } = performing;
  const data = Object.fromEntries(
    Object.entries(entries).map(([key, text]) => [key, Buffer.from(text).toString("base64")]),
  );
  const options = { signal, fieldManager: FIELD_MANAGER };
  if (present === undefined) {
    await client.create(SECRETS, await newSecret(data, performing), options);
    return;
  }
  const { resourceVersion } = present.metadata;
  const name = { namespace: objects.namespace, name: objects.secret };
  const document = { metadata: { resourceVersion }, data };
  await client.patch(SECRETS, name, { kind: "merge", document }, options);
}

/** Goes when the Service goes: Helm knows nothing of it. */
async function newSecret(data: SecretText, { client, objects, signal }: Performing): Promise<StoredSecret> {
  const { namespace, service } = objects;
  const labels = { "app.kubernetes.io/name": "gatehouse", "app.kubernetes.io/component": "certificates" };
  const metadata = { namespace, name: objects.secret, labels };
  const secret = { apiVersion: "v1", kind: "Secret", type: "Opaque", metadata, data };
  try {
    return withOwnerReference(secret, await client.get(SERVICES, { namespace, name: service }, { signal }));
  } catch (error) {
    if (isNotFound(error)) return secret;
    throw error;
  }
}

async function publish(bundle: string, { configurations = [] }: Gathered, performing: Performing): Promise<void> {
  const { client, objects, signal } = performing;
  const name = { name: objects.webhookConfigurations };
  for (const [type, configuration] of configurations) {
    if (publishedIn(configuration).every((published) => published === bundle)) continue;
    const operations = naming(bundle, configuration);
    await client.patch(type, name, { kind: "json", operations }, { signal, fieldManager: FIELD_MANAGER });
  }
}

const FIELD_MANAGER = "gatehouse-certificates";
