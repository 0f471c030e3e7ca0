import type { AIGatewayConfig } from "#api/kinds/ai-gateway-config.ts";
import type { SuiteControlPlane } from "../control-plane/connect.ts";
import { poll } from "../control-plane/poll.ts";

type Status = NonNullable<AIGatewayConfig["status"]>;

/** What of a gateway of the class `json` is in its namespace. */
export interface Delivered {
  readonly document: unknown;
  /** Decoded, by file. */
  readonly secrets: Readonly<Record<string, string>>;
  /** As the ConfigMap's annotation has it. */
  readonly hash: string | undefined;
  readonly resourceVersions: readonly string[];
}

/** What suites about the controller do and look at in the suite's namespace, by kubectl and the API alone. */
export class ControllerScene {
  readonly #plane: SuiteControlPlane;

  constructor(plane: SuiteControlPlane) {
    this.#plane = plane;
  }

  get namespace(): string {
    return this.#plane.namespace;
  }

  async kubectl(...words: readonly string[]): Promise<string> {
    return (await this.#plane.kubectl(["--namespace", this.#plane.namespace, ...words])).stdout;
  }

  async put(object: object): Promise<void> {
    const input = JSON.stringify(object);
    await this.#plane.kubectl(["apply", "--server-side", "--force-conflicts", "-f", "-"], { input });
  }

  async remove(kind: string, name: string): Promise<void> {
    await this.kubectl("delete", kind, name, "--ignore-not-found", "--wait=false");
  }

  async patch(gateway: string, change: object): Promise<void> {
    const { status, body } = await this.#plane.request("PATCH", this.#path(gateway), { body: change });
    if (status !== 200) throw new Error(`${gateway}: ${status} ${JSON.stringify(body)}`);
  }

  async status(gateway: string): Promise<Status> {
    const { body } = await this.#plane.request("GET", this.#path(gateway));
    return (body as AIGatewayConfig).status ?? {};
  }

  /** The status once it speaks of what is stored, and its conditions are these. */
  async reaches(gateway: string, conditions: Readonly<Record<string, string>>): Promise<Status> {
    let last: unknown;
    try {
      return await poll(`${gateway} is ${JSON.stringify(conditions)}`, async () => {
        const { body } = await this.#plane.request("GET", this.#path(gateway));
        const { metadata, status = {} } = body as AIGatewayConfig & { metadata: { generation: number } };
        last = status;
        if (status.observedGeneration !== metadata.generation) return false;
        const isReached = Object.entries(conditions).every(([wanted, value]) =>
          status.conditions?.some(({ type, status }) => type === wanted && status === value),
        );
        return isReached && status;
      });
    } catch (error) {
      throw new Error(`last status of ${gateway}: ${JSON.stringify(last)}`, { cause: error });
    }
  }

  /** Who has fields in the status, by server-side apply's records. */
  async statusManagers(gateway: string): Promise<readonly string[]> {
    const { body } = await this.#plane.request("GET", this.#path(gateway));
    const { managedFields } = (body as { metadata: { managedFields: readonly ManagedFields[] } }).metadata;
    return managedFields.filter(({ subresource }) => subresource === "status").map(({ manager }) => manager);
  }

  async delivered(gateway: string): Promise<Delivered> {
    const [configMap, secret] = await Promise.all(
      ["configmaps", "secrets"].map(async (plural) => {
        const path = `/api/v1/namespaces/${this.#plane.namespace}/${plural}/${gateway}-gateway`;
        const { status, body } = await this.#plane.request("GET", path);
        if (status !== 200) throw new Error(`GET ${path}: ${status}`);
        return body as Stored;
      }),
    );
    const { metadata, data = {} } = configMap as Stored;
    const encoded = Object.entries((secret as Stored).data ?? {});
    return {
      document: JSON.parse(data["gateway.json"] ?? "null"),
      secrets: Object.fromEntries(encoded.map(([key, value]) => [key, Buffer.from(value, "base64").toString("utf8")])),
      hash: metadata.annotations?.["gateway.example.com/config-hash"],
      resourceVersions: [metadata.resourceVersion, (secret as Stored).metadata.resourceVersion],
    };
  }

  /** Waits until what is delivered is so. */
  async settles(gateway: string, isSo: (delivered: Delivered) => boolean): Promise<void> {
    await poll(`what is delivered to ${gateway} is as it should be`, async () => isSo(await this.delivered(gateway)));
  }

  async isGone(kind: string, name: string): Promise<void> {
    await poll(
      `${kind} ${name} is gone`,
      async () => (await this.kubectl("get", kind, name, "--ignore-not-found")) === "",
    );
  }

  /** Reasons and notes of the events about a gateway. */
  async events(gateway: string): Promise<string> {
    const path = `/apis/events.k8s.io/v1/namespaces/${this.#plane.namespace}/events`;
    const { body } = await this.#plane.request("GET", path);
    const { items } = body as { items: readonly { regarding: { name: string } }[] };
    return JSON.stringify(items.filter(({ regarding }) => regarding.name === gateway));
  }

  /** Who leads, by the Lease: the name of a Pod, and which of its processes. */
  async leader(namespace: string, lease: string): Promise<{ readonly pod: string; readonly identity: string }> {
    return poll("somebody leads", async () => {
      const words = ["get", "lease", lease, "-o", "jsonpath={.spec.holderIdentity}"];
      const { stdout: identity } = await this.#plane.kubectl(["--namespace", namespace, ...words]);
      const [pod = "", process] = identity.split("_");
      return process !== undefined && { pod, identity };
    });
  }

  #path(gateway: string): string {
    return `/apis/gateway.example.com/v1/namespaces/${this.#plane.namespace}/aigatewayconfigs/${gateway}`;
  }
}

interface ManagedFields {
  readonly manager: string;
  readonly subresource?: string;
}

interface Stored {
  readonly metadata: { readonly resourceVersion: string; readonly annotations?: Readonly<Record<string, string>> };
  readonly data?: Readonly<Record<string, string>>;
}
