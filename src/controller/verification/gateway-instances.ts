import type { AdapterName } from "#gateway/adapter.ts";
import type { GatewayClient } from "../admin/gateway-client.ts";
import { refusalOf } from "../admin/refusal.ts";
import type { Instance } from "./confirmation.ts";
import type { PodSource } from "./gateway-pods.ts";
import type { VerificationTarget } from "./verification-target.ts";

/** One to be asked. */
export interface GatewayInstance {
  /** Another Pod with the same name or address is another one. */
  readonly id: string;
  /** For messages; absent where its address says enough. */
  readonly name?: string;
  readonly base: string;
}

/** Who is to be asked now, by id. */
export function instancesOf(
  target: VerificationTarget,
  gateway: { readonly namespace: string; readonly name: string },
  pods: PodSource,
): readonly GatewayInstance[] {
  if (target.type === "url") return [{ id: target.base, base: target.base }];
  return pods.ready(gateway, target.selector).map(({ uid, name, address }) => ({
    id: uid,
    name,
    base: `http://${address.includes(":") ? `[${address}]` : address}:${target.port}`,
  }));
}

export interface Asking {
  readonly client: GatewayClient;
  readonly adapter: AdapterName;
  readonly path: string | undefined;
  readonly credentials: string | undefined;
  readonly signal: AbortSignal;
}

/** An instance as an adapter's echo asks it. */
export function askable({ base }: GatewayInstance, { client, path, ...asking }: Asking): Instance {
  return {
    base,
    path,
    get: async (pathAndQuery) => {
      const url = base + pathAndQuery;
      const request = { method: "GET", url, limitMilliseconds: ANSWER_MILLISECONDS, step: "verify" } as const;
      const answer = await client.ask({ ...request, ...asking });
      if (answer.type === "unreachable") return answer;
      const refusal = refusalOf(answer, url, asking.credentials);
      return refusal ? { type: "unexpected", message: refusal.message } : answer;
    },
  };
}

/** A gateway answers within 10 ms, under load within a second. */
const ANSWER_MILLISECONDS = 5000;
