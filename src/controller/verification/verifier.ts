import { millisecondsOf } from "#api/duration.ts";
import type { AIGatewayClass } from "#api/kinds/ai-gateway-class.ts";
import type { AdapterName } from "#gateway/adapter.ts";
import type { Rendered } from "#gateway/rendering.ts";
import type { Clock } from "#kube/clock.ts";
import type { DeliveryMetrics } from "#observability/delivery-metrics.ts";
import type { GatewayClient } from "../admin/gateway-client.ts";
import { askCaddy } from "./caddy-echo.ts";
import type { Confirmation, Echo } from "./confirmation.ts";
import { askEnvoy } from "./envoy-echo.ts";
import { instancesOf } from "./gateway-instances.ts";
import type { PodSource } from "./gateway-pods.ts";
import { hasDrifted } from "./instance-state.ts";
import { askAnyGateway } from "./json-echo.ts";
import { askLiteLlm } from "./litellm-echo.ts";
import { look } from "./look.ts";
import { afterLook, type Progress, startOf, trusting, whomToAsk } from "./progress.ts";
import type { Verification } from "./verification.ts";
import { verificationTarget } from "./verification-target.ts";

export interface VerifierOptions {
  readonly client: GatewayClient;
  readonly pods: PodSource;
  readonly clock: Clock;
  readonly metrics?: DeliveryMetrics | undefined;
  /** Of [0, 1); for tests. */
  readonly random?: () => number;
}

export interface VerificationRequest {
  readonly gateway: { readonly namespace: string; readonly name: string };
  readonly gatewayClass: AIGatewayClass;
  /** What each instance is to say. */
  readonly hash: string;
  readonly rendered: Rendered;
  /** For the gateway's endpoint, from a Secret in the controller's namespace. */
  readonly credentials?: string | undefined;
  /** What status says of this very hash, if all ran it when a process before this one looked. */
  readonly previous?: Verification | undefined;
  readonly signal: AbortSignal;
}

export interface VerificationAnswer {
  readonly verification: Verification;
  /** When to call again, if nothing happens before. */
  readonly againInMilliseconds: number;
}

/**
 * Finds out what gateways run, one look at each call, and remembers what it found:
 * who calls more often than is due gets what is known, and no gateway a request
 * more. So a reconcile never waits for a gateway to reload, and cannot become a
 * hot loop.
 */
export class Verifier {
  readonly #options: VerifierOptions;
  readonly #gateways = new Map<string, Progress>();

  constructor(options: VerifierOptions) {
    this.#options = options;
  }

  /** Undefined where the class names nobody to ask. Throws only the signal's reason. */
  async verify(request: VerificationRequest): Promise<VerificationAnswer | undefined> {
    const { gateway, gatewayClass, hash, rendered, credentials, signal } = request;
    const target = verificationTarget(gatewayClass, gateway);
    if (!target) return undefined;
    const { client, pods, clock } = this.#options;
    const adapter = gatewayClass.spec.adapter ?? "json";
    const instances = new Map(instancesOf(target, gateway, pods).map((instance) => [instance.id, instance]));
    const before = this.#progressOf(request);
    const asked = whomToAsk(before, [...instances.keys()], clock.now()).flatMap((id) => instances.get(id) ?? []);
    const said = await look(asked, {
      client,
      clock,
      adapter,
      credentials,
      signal,
      path: target.path,
      echo: ECHOES[adapter],
      expected: { hash, rendered },
    });
    const after = afterLook(before, {
      instances: [...instances.keys()],
      said,
      now: clock.now(),
      timeoutMilliseconds: timeoutOf(gatewayClass),
      gateways: this.#gateways.size,
      random: this.#random(),
    });
    this.#gateways.set(keyOf(gateway), after);
    this.#count(adapter, before, after, said);
    return answerOf(after, clock.now());
  }

  /** The gateway is gone. */
  forget(gateway: VerificationRequest["gateway"]): void {
    this.#gateways.delete(keyOf(gateway));
  }

  #progressOf({ gateway, hash, previous }: VerificationRequest): Progress {
    const known = this.#gateways.get(keyOf(gateway));
    if (known?.hash === hash) return known;
    const start = startOf(hash, this.#options.clock.now());
    return !known && previous && isProof(previous) ? trusting(previous, start, this.#random()) : start;
  }

  #count(adapter: AdapterName, before: Progress, after: Progress, said: ReadonlyMap<string, Confirmation>): void {
    const { metrics } = this.#options;
    const drifted = [...said].filter(([id, word]) => hasDrifted(before.states.get(id), word)).length;
    if (drifted > 0) metrics?.drifted(drifted, adapter);
    const wasOpen = isOpen(before.verification);
    if (!wasOpen || isOpen(after.verification)) return;
    const milliseconds = this.#options.clock.now() - after.startedAt;
    metrics?.took(milliseconds, adapter, "verify", after.verification?.reason ?? "Verified");
  }

  #random(): number {
    return (this.#options.random ?? Math.random)();
  }
}

const ECHOES: Readonly<Record<AdapterName, Echo>> = {
  json: askAnyGateway,
  envoy: askEnvoy,
  litellm: askLiteLlm,
  caddy: askCaddy,
};

/** A kubelet may take more than a minute to bring a file to a Pod, and a Deployment as long to replace one. */
const DEFAULT_TIMEOUT_MILLISECONDS = 120_000;

function timeoutOf({ spec: { verify } }: AIGatewayClass): number {
  return millisecondsOf(verify?.timeout ?? "") ?? DEFAULT_TIMEOUT_MILLISECONDS;
}

function keyOf({ namespace, name }: VerificationRequest["gateway"]): string {
  return `${namespace}/${name}`;
}

/** All of nobody is none. */
function isProof({ instances, reason }: Verification): boolean {
  return instances > 0 && reason === undefined;
}

/** Nothing has come out yet. */
function isOpen(verification: Verification | undefined): boolean {
  return verification === undefined || verification.reason === "Verifying";
}

function answerOf({ verification, dueAt }: Progress, now: number): VerificationAnswer {
  if (!verification) throw new Error("nobody has looked yet");
  return { verification, againInMilliseconds: Math.max(0, dueAt - now) };
}
