import { Registry } from "prom-client";
import { expect, test } from "vitest";
import { DeliveryMetrics } from "#observability/delivery-metrics.ts";
import { ManualClock } from "../../test/support/manual-clock.ts";
import type { PushOutcome } from "./admin/admin-api.ts";
import type { DeliveryOutcome, Plan, Undelivered } from "./delivery/delivery.ts";
import { measuredCleanUp, measuredDelivery, measuredPush } from "./measured-delivery.ts";

const PUSHED = { type: "accepted", changed: true } as const;
const PROGRAMMED = [{ type: "Programmed", status: "True" }];

function plan(status: object = {}): Plan {
  return { gateway: { status }, gatewayClass: { spec: { adapter: "caddy" } }, hash: "sha256:new" } as unknown as Plan;
}

/** Each takes three seconds. */
function scene() {
  const clock = new ManualClock();
  const registry = new Registry();
  const measuring = { clock, metrics: new DeliveryMetrics(registry) };
  const after = <T>(outcome: T) => {
    clock.advance(3000);
    return Promise.resolve(outcome);
  };
  return {
    metrics: () => registry.metrics(),
    push: (of: Plan, outcome: PushOutcome | Undelivered) => measuredPush(of, () => after(outcome), measuring),
    empty: (of: Plan, outcome: PushOutcome | Undelivered) =>
      measuredCleanUp(of.gatewayClass, () => after(outcome), measuring),
    deliver: (of: Plan, outcome: DeliveryOutcome) => measuredDelivery(of, () => after(outcome), measuring),
  };
}

test.each<[PushOutcome | Undelivered, string]>([
  [PUSHED, "Changed"],
  [{ type: "accepted", changed: false }, "Unchanged"],
  [{ type: "unreachable", message: "" }, "Unreachable"],
  [{ type: "rejected", status: 401, reason: "CredentialsRefused", message: "" }, "CredentialsRefused"],
  [{ type: "failed", reason: "CredentialsNotFound", message: "" }, "CredentialsNotFound"],
])("a push or clean-up with outcome %j is counted as %s", async (outcome, result) => {
  const { push, empty, metrics } = scene();
  expect(await push(plan(), outcome)).toBe(outcome);
  expect(await empty(plan(), outcome)).toBe(outcome);
  for (const step of ["push", "clean-up"]) {
    const labels = `adapter="caddy",step="${step}",result="${result}"`;
    expect(await metrics()).toContain(`gatehouse_delivery_seconds_sum{${labels}} 3\n`);
  }
});

test("what waits for its clean-up is counted as long as this process leads", async () => {
  const registry = new Registry();
  const metrics = new DeliveryMetrics(registry);
  const shown = () => registry.getSingleMetricAsString("gatehouse_clean_ups_waiting");
  const waiting = new Set<string>();
  {
    using _leading = metrics.showWaiting(waiting);
    waiting.add("team-a/chat").add("team-b/chat");
    expect(await shown()).toMatch(/ 2$/);
    waiting.delete("team-b/chat");
    expect(await shown()).toMatch(/ 1$/);
  }
  expect(await shown()).toMatch(/ 0$/);
});

test.each<[DeliveryOutcome, string]>([
  [{ type: "delivered", changed: true }, "Changed"],
  [{ type: "delivered", changed: false }, "Unchanged"],
  [{ type: "refused", reason: "TooLarge", message: "" }, "TooLarge"],
])("a delivery with outcome %j is counted as %s", async (outcome, result) => {
  const { deliver, metrics } = scene();
  expect(await deliver(plan(), outcome)).toBe(outcome);
  const labels = `adapter="caddy",step="deliver",result="${result}"`;
  expect(await metrics()).toContain(`gatehouse_delivery_seconds_sum{${labels}} 3\n`);
});

test.each<[string, object, PushOutcome, boolean]>([
  ["that ran it, and runs something else", { configHash: "sha256:new", conditions: PROGRAMMED }, PUSHED, true],
  ["that still runs it", { configHash: "sha256:new", conditions: PROGRAMMED }, { ...PUSHED, changed: false }, false],
  ["that ran another one", { configHash: "sha256:old", conditions: PROGRAMMED }, PUSHED, false],
  ["that did not run it yet", { configHash: "sha256:new", conditions: [] }, PUSHED, false],
])("a push to a gateway %s", async (_, status, outcome, isDrift) => {
  const { push, metrics } = scene();
  await push(plan(status), outcome);
  expect((await metrics()).includes('gatehouse_gateway_drift_total{adapter="caddy"} 1')).toBe(isDrift);
});
