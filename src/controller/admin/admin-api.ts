import type { Refusal } from "./refusal.ts";

/** A gateway that takes its configuration over the network. */
export interface AdminApi {
  /**
   * Hands over a configuration, whole, unless it is what the gateway runs. Where the
   * gateway can compare, it is refused if the gateway's configuration is not the
   * one that was there when this was called. Throws only the signal's reason.
   */
  push(request: PushRequest): Promise<PushOutcome>;
}

export interface PushRequest {
  /** Base of the admin API, or the address of its `/load`. */
  readonly url: string;
  /** `Rendered.pushed`. */
  readonly body: string;
  readonly credentials?: string | undefined;
  readonly signal: AbortSignal;
}

export type PushOutcome = Accepted | Rejected | { readonly type: "unreachable"; readonly message: string };

export interface Accepted {
  readonly type: "accepted";
  /** Whether there was something else before. */
  readonly changed: boolean;
}

export interface Rejected {
  readonly type: "rejected";
  readonly status: number;
  /** ConfigurationRefused: this configuration will never be taken; anything else may pass. */
  readonly reason: "ConfigurationRefused" | Refusal["reason"];
  /** Names endpoint and cause; no secret is in it. */
  readonly message: string;
}
