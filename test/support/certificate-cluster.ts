import jsonPatch, { type Operation } from "fast-json-patch";
import type { Client, ObjectName, Patch } from "#kube/client.ts";
import { KubernetesError } from "#kube/kubernetes-error.ts";
import type { Resource, ResourceType } from "#kube/resource.ts";
import type { InstallationObjects } from "../../src/certificates/installation.ts";

export const OBJECTS: InstallationObjects = {
  namespace: "gatehouse-system",
  secret: "gatehouse-certificates",
  service: "gatehouse",
  webhookConfigurations: "gatehouse",
};

export const DNS_NAME = "gatehouse.gatehouse-system.svc";

/** What an API server has of an installation whose certificates are looked after, in memory. */
export class CertificateCluster {
  readonly #objects = new Map<string, Resource>();
  #version = 0;

  constructor() {
    this.put("Service", {
      apiVersion: "v1",
      kind: "Service",
      metadata: { ...NAMESPACED, name: "gatehouse", uid: "1" },
    });
    for (const kind of CONFIGURATIONS) this.put(kind, configuration(kind));
  }

  readonly client = {
    get: (type: ResourceType, { name }: ObjectName) => Promise.resolve().then(() => this.#stored(type.kind, name)),
    create: (type: ResourceType, object: Resource) =>
      Promise.resolve().then(() => {
        if (this.#objects.has(keyOf(type.kind, object.metadata.name))) throw failure(409, "AlreadyExists");
        return this.put(type.kind, object);
      }),
    patch: (type: ResourceType, { name }: ObjectName, patch: Patch) =>
      Promise.resolve().then(() => this.put(type.kind, patched(this.#stored(type.kind, name), patch))),
  } as unknown as Client;

  /** What the Secret holds, as text. */
  get secret(): Readonly<Record<string, string>> | undefined {
    const secret = this.#objects.get(keyOf("Secret", OBJECTS.secret)) as SecretObject | undefined;
    if (!secret) return undefined;
    return Object.fromEntries(Object.entries(secret.data).map(([key, value]) => [key, fromBase64(value)]));
  }

  get owners(): Resource["metadata"]["ownerReferences"] {
    return this.#objects.get(keyOf("Secret", OBJECTS.secret))?.metadata.ownerReferences;
  }

  /** Somebody with kubectl edits it; undefined deletes an entry, or all of it. */
  editSecret(entries: Readonly<Record<string, string | undefined>> | undefined): void {
    if (entries === undefined) {
      this.#objects.delete(keyOf("Secret", OBJECTS.secret));
      return;
    }
    const present = this.#objects.get(keyOf("Secret", OBJECTS.secret)) as SecretObject | undefined;
    if (!present) return;
    const data = { ...present.data };
    for (const [key, text] of Object.entries(entries)) {
      if (text === undefined) delete data[key];
      else data[key] = toBase64(text);
    }
    this.put("Secret", { ...present, data } as SecretObject);
  }

  /** What each entry of both configurations names. */
  get published(): readonly string[] {
    return CONFIGURATIONS.flatMap((kind) => this.#webhooks(kind)).map(({ clientConfig }) =>
      fromBase64(clientConfig.caBundle ?? ""),
    );
  }

  /** Somebody with kubectl edits one entry of the validating ones. */
  editBundle(text: string): void {
    const kind = "ValidatingWebhookConfiguration";
    const stored = this.#stored(kind, "gatehouse") as ConfigurationObject;
    const webhooks = stored.webhooks.with(1, { ...entry("deletion"), clientConfig: { caBundle: toBase64(text) } });
    this.put(kind, { ...stored, webhooks } as ConfigurationObject);
  }

  annotateConfigurations(annotations: Readonly<Record<string, string>>): void {
    for (const kind of CONFIGURATIONS) {
      const stored = this.#stored(kind, "gatehouse");
      this.put(kind, { ...stored, metadata: { ...stored.metadata, annotations } });
    }
  }

  put(kind: string, object: Resource): Resource {
    this.#version += 1;
    const stored = { ...object, metadata: { ...object.metadata, resourceVersion: String(this.#version) } };
    this.#objects.set(keyOf(kind, object.metadata.name), stored);
    return stored;
  }

  #webhooks(kind: string): ConfigurationObject["webhooks"] {
    return (this.#stored(kind, "gatehouse") as ConfigurationObject).webhooks;
  }

  #stored(kind: string, name: string): Resource {
    const object = this.#objects.get(keyOf(kind, name));
    if (!object) throw failure(404, "NotFound");
    return object;
  }
}

const NAMESPACED = { namespace: OBJECTS.namespace };
const CONFIGURATIONS = ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"] as const;

type SecretObject = Resource & { readonly data: Record<string, string> };
type ConfigurationObject = Resource & {
  readonly webhooks: readonly { readonly name: string; readonly clientConfig: { readonly caBundle?: string } }[];
};

function configuration(kind: string): ConfigurationObject {
  const metadata = { name: "gatehouse" };
  return { apiVersion: "admissionregistration.k8s.io/v1", kind, metadata, webhooks: [entry("one"), entry("other")] };
}

function entry(name: string): ConfigurationObject["webhooks"][number] {
  return { name: `${name}.gateway.example.com`, clientConfig: {} };
}

function patched(stored: Resource, patch: Patch): Resource {
  if (patch.kind === "json") {
    const [test] = patch.operations;
    if (test?.value !== stored.metadata.resourceVersion) throw failure(409, "Conflict");
    return jsonPatch.applyPatch(structuredClone(stored), patch.operations as Operation[], true, false).newDocument;
  }
  if (patch.kind !== "merge") throw failure(400, "BadRequest");
  const { metadata, data } = patch.document as SecretObject;
  if (metadata.resourceVersion !== stored.metadata.resourceVersion) throw failure(409, "Conflict");
  return { ...stored, data: { ...(stored as SecretObject).data, ...data } } as SecretObject;
}

function failure(code: number, reason: string): KubernetesError {
  return new KubernetesError(reason, { code, reason });
}

function keyOf(kind: string, name: string): string {
  return `${kind}/${name}`;
}

function toBase64(text: string): string {
  return Buffer.from(text).toString("base64");
}

function fromBase64(text: string): string {
  return Buffer.from(text, "base64").toString("utf8");
}
