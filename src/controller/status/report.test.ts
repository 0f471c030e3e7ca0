import { expect, test } from "vitest";
import { CONTROLLER_NAME } from "#api/kinds/ai-gateway-class.ts";
import type { AIGatewayConfig } from "#api/kinds/ai-gateway-config.ts";
import type { Patch } from "#kube/client.ts";
import type { Condition } from "#kube/conditions.ts";
import type { EventDetails } from "#kube/event-object.ts";
import type { Resource } from "#kube/resource.ts";
import { configWith } from "../../../test/support/facts.ts";
import type { Effective, PartState } from "../effective/effective.ts";
import type { Findings } from "../gateway-ports.ts";
import { PartReports } from "./part-reports.ts";
import { type ReportOptions, report } from "./report.ts";

const SHARED: PartState = {
  kind: "model",
  owner: { kind: "ModelConfig", name: "gpt" },
  name: "gpt",
  path: "spec",
  state: "Good",
};
const BAD: PartState = { ...SHARED, state: "Quarantined", reason: "RateLimitBounds", message: "must be less" };

function found(...parts: readonly PartState[]): Findings {
  return {
    gatewayClass: {} as NonNullable<Findings["gatewayClass"]>,
    effective: { hash: "one", parts, configuration: { models: [] } } as unknown as Effective,
    delivery: { type: "delivered", changed: true },
    verification: undefined,
  };
}

function statusOf(object: object): Pick<AIGatewayConfig, "status"> {
  const { status } = object as AIGatewayConfig;
  return { ...(status && { status }) };
}

/** A gateway whose reports are stored as the API server would. */
function scene(status?: AIGatewayConfig["status"]) {
  const metadata = { uid: "1", resourceVersion: "7", generation: 1 } as AIGatewayConfig["metadata"];
  let stored: AIGatewayConfig = { ...configWith({}, metadata), ...(status && { status }) };
  const patches: Patch[] = [];
  const told: EventDetails[] = [];
  const woken: string[] = [];
  const client = {
    patch: (_type: unknown, _name: unknown, patch: Patch) => {
      patches.push(patch);
      const { status: _, ...bare } = stored;
      stored = patch.kind === "apply" ? { ...bare, ...statusOf(patch.object) } : bare;
      return Promise.resolve({ ...stored, metadata: { ...stored.metadata, resourceVersion: "8" } });
    },
  } as unknown as ReportOptions["client"];
  const options: ReportOptions = {
    client,
    controllerName: CONTROLLER_NAME,
    events: { record: (_regarding: Resource, details: EventDetails) => void told.push(details) },
    partReports: new PartReports((kind, key) => void woken.push(`${kind} ${key}`)),
    now: () => new Date("2027-01-01T12:00:00Z"),
    signal: new AbortController().signal,
  };
  const say = (findings: Findings) => report(stored, findings, options);
  return { patches, told, woken, say, stored: () => stored, options };
}

test("what is the same as before is neither written nor told again", async () => {
  const { patches, told, say } = scene();
  await say(found(SHARED));
  await say(found(SHARED));
  expect(patches).toHaveLength(1);
  expect(told.map(({ reason }) => reason)).toEqual(["DeliveredNotVerified"]);
});

test("a part is told of when it is quarantined and not again while it is, and when all is well", async () => {
  const { told, say } = scene();
  await say(found(SHARED));
  told.length = 0;
  await say(found(BAD));
  await say(found(BAD, { ...BAD, name: "embed" }));
  expect(told.map(({ action, reason, note }) => [action, reason, note])).toEqual([
    ["Quarantine", "RateLimitBounds", "model 'gpt' of ModelConfig 'gpt': must be less"],
    ["Quarantine", "RateLimitBounds", "model 'embed' of ModelConfig 'gpt': must be less"],
  ]);
});

test("a new leader does not tell again what it finds as it was left", async () => {
  const first = scene();
  await first.say(found(BAD));
  const second = scene(first.stored().status);
  await second.say(found(BAD));
  expect([second.patches, second.told]).toEqual([[], []]);
});

test("an object beside the gateway is woken when it is told something else, and when the gateway is gone", async () => {
  const { woken, say, options } = scene();
  await say(found(SHARED));
  await say(found(SHARED));
  await say(found(BAD));
  expect(woken).toEqual(["ModelConfig team-a/gpt", "ModelConfig team-a/gpt"]);
  expect(options.partReports.of("ModelConfig", "team-a", "gpt")).toMatchObject([{ gateway: "main", parts: [BAD] }]);
  options.partReports.forget("team-a/main");
  expect(woken).toHaveLength(3);
  expect(options.partReports.of("ModelConfig", "team-a", "gpt")).toEqual([]);
});

test("conditions of others stay out of what is written, and do not make it another", async () => {
  const { patches, say, stored } = scene();
  await say(found());
  const { status } = stored();
  const foreign = { ...status?.conditions?.[0], type: "Synced" } as Condition;
  const other = scene({ ...status, conditions: [foreign, ...(status?.conditions?.toReversed() ?? [])] });
  await other.say(found());
  expect([patches.length, other.patches.length]).toEqual([1, 0]);
});

test("what another controller wrote is taken away first, on the strength of what was read", async () => {
  const { patches, say } = scene({ controllerName: "example.com/other", appliedModels: ["old"] });
  await say(found());
  expect(patches[0]).toEqual({
    kind: "json",
    operations: [
      { op: "replace", path: "/metadata/resourceVersion", value: "7" },
      { op: "add", path: "/status", value: {} },
    ],
  });
  expect(patches[1]).toMatchObject({ kind: "apply", object: { metadata: { resourceVersion: "8" } } });
});
