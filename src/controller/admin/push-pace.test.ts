import { Registry } from "prom-client";
import { expect, test } from "vitest";
import type { AIGatewayClass } from "#api/kinds/ai-gateway-class.ts";
import type { Client } from "#kube/client.ts";
import { ControllerLoop } from "#kube/controller-loop.ts";
import { DONE, retry } from "#kube/reconcile-result.ts";
import { WorkQueueMetrics } from "#kube/work-queue-metrics.ts";
import {
  answering,
  type FakeAnswer,
  FakeGateway,
  flooding,
  HANGING_UP,
  SILENT,
} from "../../../test/support/fake-gateway.ts";
import { ManualClock } from "../../../test/support/manual-clock.ts";
import { keptLog } from "../../../test/support/resources.ts";
import { gatewayQueue } from "../gateway-queue.ts";
import { GatewayClient } from "./gateway-client.ts";
import { pushTo } from "./push-to.ts";

const MINUTE_MILLISECONDS = 60_000;

/** A gateway whose configuration is pushed again and again, as the controller does while that fails. */
class Pushed implements AsyncDisposable {
  readonly clock = new ManualClock();
  readonly #gateway: FakeGateway;
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;
  #tries = 0;
  #inWork = 0;

  static async start(answer: FakeAnswer): Promise<Pushed> {
    return new Pushed(await FakeGateway.start(answer));
  }

  private constructor(gateway: FakeGateway) {
    const { clock } = this;
    this.#gateway = gateway;
    const queue = gatewayQueue(clock, new WorkQueueMetrics(new Registry()));
    queue.add("a/main");
    const gatewayClient = new GatewayClient({ clock, userAgent: "gatehouse/0" });
    const gatewayClass: AIGatewayClass = { metadata: { name: "pushed" }, spec: { adapter: "caddy" } } as AIGatewayClass;
    const target = { namespace: "a", configMapName: "", secretName: "", adminUrl: gateway.url };
    const options = { client: {} as Client, namespace: "system", gatewayClient, body: '{"@id":"new"}' };
    const loop = new ControllerLoop({
      name: "pushed",
      queue,
      sources: [],
      logger: keptLog().logger,
      clock,
      reconcile: async (_, { signal }) => {
        this.#tries += 1;
        this.#inWork += 1;
        const { type } = await pushTo(gatewayClass, target, { ...options, signal });
        this.#inWork -= 1;
        return type === "accepted" ? DONE : retry();
      },
    });
    this.#running = loop.run(this.#stop.signal);
  }

  get requests(): number {
    return this.#gateway.requests.length;
  }

  /** Lets time pass, each moment of it when nothing more comes of the one before. */
  async pass(milliseconds: number): Promise<void> {
    const end = this.clock.now() + milliseconds;
    await this.#quiet();
    while (this.clock.now() < end && this.clock.waiting.length > 0) {
      this.clock.advance(Math.min(Math.min(...this.clock.waiting), end - this.clock.now()));
      await this.#quiet();
    }
    this.clock.advance(Math.max(0, end - this.clock.now()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort(new Error("the test is over"));
    await this.#running;
    await this.#gateway[Symbol.asyncDispose]();
  }

  /** Until nobody is at work, or whoever is waits for a gateway that says nothing. */
  async #quiet(): Promise<void> {
    do await new Promise<void>((resolve) => void setImmediate(resolve));
    while (this.#inWork > 0 && !(this.#gateway.answer === SILENT && this.requests === this.#tries));
  }
}

test.each<[string, FakeAnswer, number]>([
  ["is down", HANGING_UP, 1],
  ["is too slow", SILENT, 1],
  ["answers 500", answering(500, { error: "out of memory" }), 1],
  ["answers 401", answering(401), 1],
  ["redirects", answering(307, "", { location: "http://127.0.0.1:1/" }), 1],
  ["answers with more than anybody reads", flooding(9), 1],
  ["runs another configuration and refuses this one", refusing, 2],
])("a gateway that %s is asked nine times in the first second, and once a minute later on", async (_, answer, each) => {
  await using pushed = await Pushed.start(answer);
  await pushed.pass(1000);
  expect(pushed.requests).toBeLessThanOrEqual(9 * each);
  expect(pushed.requests).toBeGreaterThan(0);
  await pushed.pass(5 * MINUTE_MILLISECONDS);
  const before = pushed.requests;
  expect(before).toBeLessThanOrEqual(20 * each);
  await pushed.pass(30 * MINUTE_MILLISECONDS);
  expect(pushed.requests - before).toBeLessThanOrEqual(30 * each);
  expect(pushed.requests - before).toBeGreaterThanOrEqual(25 * each);
});

test("a gateway that takes what is pushed is not asked again", async () => {
  await using pushed = await Pushed.start((response, { method }) => {
    response.writeHead(200).end(method === "GET" ? "null" : "");
  });
  await pushed.pass(60 * MINUTE_MILLISECONDS);
  expect(pushed.requests).toBe(2);
});

function refusing(...[response, { method }]: Parameters<FakeAnswer>): void {
  if (method === "GET") response.writeHead(200).end('{"@id":"other"}');
  else response.writeHead(400).end('{"error":"loading config: nothing of it"}');
}
