import type { Client } from "#kube/client.ts";
import { type Clock, SYSTEM_CLOCK } from "#kube/clock.ts";
import type { Resource } from "#kube/resource.ts";
import type { Pod, TokenSource } from "./pod.ts";

export interface TokenOptions {
  readonly client: Pick<Client, "create">;
  readonly pod: Pod;
  readonly clock?: Clock;
}

/** The tokens of one Pod's service account, bound to the Pod and renewed as the kubelet renews them. */
export class ServiceAccountTokens {
  readonly #client: TokenOptions["client"];
  readonly #pod: Pod;
  readonly #clock: Clock;
  readonly #tokens = new Map<string, Token>();

  constructor({ client, pod, clock = SYSTEM_CLOCK }: TokenOptions) {
    this.#client = client;
    this.#pod = pod;
    this.#clock = clock;
  }

  /** A token that is not yet old. */
  async token({ audience = "", expirationSeconds = HOUR_SECONDS }: TokenSource): Promise<string> {
    const key = `${expirationSeconds} ${audience}`;
    const known = this.#tokens.get(key);
    if (known && this.#clock.now() < known.renewAt) return known.token;
    const token = await this.#request(audience, expirationSeconds);
    this.#tokens.set(key, { token, renewAt: this.#clock.now() + expirationSeconds * 1000 * LIFE_SHARE });
    return token;
  }

  /** Milliseconds until the first of them is old. */
  get milliseconds(): number {
    return Math.min(...Array.from(this.#tokens.values(), ({ renewAt }) => renewAt)) - this.#clock.now();
  }

  async #request(audience: string, expirationSeconds: number): Promise<string> {
    const { namespace = "", name, uid = "" } = this.#pod.metadata;
    const account = { namespace, name: this.#pod.spec.serviceAccountName ?? "default" };
    const request: TokenRequest = {
      metadata: account,
      spec: {
        audiences: audience === "" ? [] : [audience],
        expirationSeconds,
        boundObjectRef: { apiVersion: "v1", kind: "Pod", name, uid },
      },
    };
    const answer = await this.#client.create(SERVICE_ACCOUNTS, request, { subresource: "token" });
    return answer.status?.token ?? "";
  }
}

interface Token {
  readonly token: string;
  readonly renewAt: number;
}

interface TokenRequest extends Resource {
  readonly spec: object;
  readonly status?: { readonly token: string };
}

const SERVICE_ACCOUNTS = {
  group: "",
  version: "v1",
  kind: "ServiceAccount",
  plural: "serviceaccounts",
  namespaced: true,
};

const HOUR_SECONDS = 3600;

/** The kubelet renews at 80 percent of the life. */
const LIFE_SHARE = 0.8;
