import { Registry } from "prom-client";
import type { AIGatewayClass } from "#api/kinds/ai-gateway-class.ts";
import { GatewayClient } from "#controller/admin/gateway-client.ts";
import type { GatewayPod } from "#controller/verification/gateway-pods.ts";
import type { Verification } from "#controller/verification/verification.ts";
import { type VerificationAnswer, type VerificationRequest, Verifier } from "#controller/verification/verifier.ts";
import { DeliveryMetrics } from "#observability/delivery-metrics.ts";
import { type FakeAnswer, FakeGateway } from "./fake-gateway.ts";
import { ManualClock } from "./manual-clock.ts";

/** What it is to run. */
export const HASH = "sha256:new";

/** What it is asked with. */
export const CREDENTIALS = "s3cret-of-the-gateway";

/** A verifier of one gateway whose Pods are fake gateways, at addresses of their own and one port. */
export class VerifiedGateway implements AsyncDisposable {
  readonly clock = new ManualClock();
  readonly registry = new Registry();
  readonly pods: GatewayPod[] = [];
  readonly gateways: FakeGateway[] = [];
  verify: NonNullable<AIGatewayClass["spec"]["verify"]> = { selector: {} };
  readonly #verifier = new Verifier({
    client: new GatewayClient({ clock: this.clock, userAgent: "gatehouse/0" }),
    clock: this.clock,
    metrics: new DeliveryMetrics(this.registry),
    pods: { ready: () => [...this.pods] },
    random: () => 0.5,
  });
  #port = 0;

  static async start(...answers: readonly FakeAnswer[]): Promise<VerifiedGateway> {
    const scene = new VerifiedGateway();
    for (const answer of answers) await scene.add(answer);
    return scene;
  }

  /** One more ready Pod. */
  async add(answer: FakeAnswer): Promise<FakeGateway> {
    const number = this.gateways.length + 1;
    const address = `127.251.7.${number}`;
    const gateway = await FakeGateway.start(answer, address, this.#port);
    this.#port = gateway.address.port;
    this.verify = { ...this.verify, port: this.#port };
    this.gateways.push(gateway);
    this.pods.push({ uid: `uid-${number}`, name: `gw-${number}`, address });
    return gateway;
  }

  async look(more: Partial<VerificationRequest> = {}): Promise<VerificationAnswer> {
    const answer = await this.#verifier.verify({
      gateway: { namespace: "team-a", name: "chat" },
      gatewayClass: { metadata: { name: "class" }, spec: { adapter: "json", verify: this.verify } } as AIGatewayClass,
      hash: HASH,
      rendered: { files: {}, secrets: {} },
      credentials: CREDENTIALS,
      signal: new AbortController().signal,
      ...more,
    });
    if (!answer) throw new Error("the class names whom to ask");
    return answer;
  }

  /** As a controller does that calls again when it is told to. */
  async lookFor(milliseconds: number): Promise<Verification> {
    const end = this.clock.now() + milliseconds;
    for (;;) {
      const { verification, againInMilliseconds } = await this.look();
      if (this.clock.now() + againInMilliseconds > end) {
        this.clock.advance(end - this.clock.now());
        return verification;
      }
      this.clock.advance(againInMilliseconds);
    }
  }

  requests(): readonly number[] {
    return this.gateways.map(({ requests }) => requests.length);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const gateway of this.gateways) await gateway[Symbol.asyncDispose]();
  }
}
