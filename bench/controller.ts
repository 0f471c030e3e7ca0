import { setPriority } from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import { API_VERSION } from "#api/kind.ts";
import type { ControlPlaneClient } from "../test/support/control-plane/client.ts";
import { startControlPlane } from "../test/support/control-plane/start.ts";
import { installCustomResourceDefinitions } from "../test/support/gatehouse/install.ts";
import { store } from "./apiserver/in-force.ts";
import { type BenchResult, inSteps } from "./bench.ts";
import { measurePolicyEdit, type PolicyEditFigures } from "./controller/policy-edit.ts";
import { type RunningController, startRunningController } from "./controller/running-controller.ts";
import { writesSoFar } from "./controller/writes.ts";
import { leaveFirstProcessor } from "./peer-process.ts";

/** What is measured, for `--json`. */
export interface ControllerFigures {
  readonly gateways: number;
  /** Of a process from its start until it has looked at all gateways, none of which has changed. */
  readonly startupCpuSeconds: number;
  /** Requests that changed anything meanwhile. */
  readonly startupWrites: number;
  /** When a policy changes that selects all gateways, and changes nothing for any. */
  readonly reconcilesPerCpuSecond: number;
  /** Of one gateway that is edited, among all of them. */
  readonly changeWrites: number;
  /** Memory in kibibytes for each gateway, beside what a process has without any. */
  readonly memoryPerGateway: { readonly leader: number; readonly follower: number };
  readonly policyEdit: PolicyEditFigures;
}

const GATEWAYS = { whole: 10_000, quick: 40 } as const;

/** How long reviews are measured before a policy is edited. */
const BEFORE_MILLISECONDS = { whole: 15_000, quick: 1000 } as const;

/** A control plane has machines of its own; here it must keep neither Gatehouse nor what asks for reviews from being punctual. */
const BEHIND_THE_LOAD = 10;

/** Gateways come in teams, each with a namespace. */
const NAMESPACES = 10;

/** Requests at a time while the cluster is filled. */
const FILLERS = 8;

/** Starts the controller twice on a control plane of its own: to deliver all gateways, and to find them unchanged. */
export async function benchController(
  report: (line: string) => void,
  extent: "whole" | "quick",
  signal: AbortSignal,
): Promise<BenchResult> {
  const say = inSteps(report, signal);
  const count = GATEWAYS[extent];
  leaveFirstProcessor();
  await using plane = await startControlPlane();
  for (const processId of Object.values(plane.processIds)) setPriority(processId, BEHIND_THE_LOAD);
  await installCustomResourceDefinitions(plane);
  const namespaces = await prepare(plane);
  const memoryBefore = await memoryOf(plane, namespaces, 0);
  await fill(plane, namespaces, count);
  say(`${count} gateways are stored`);
  {
    await using controller = await startRunningController(plane, namespaces);
    await controller.quiet(count);
    say(`all were delivered, in ${(await controller.processorSeconds()).toFixed(1)} s of CPU`);
  }
  const figures = await measure(plane, namespaces, { count, extent, memoryBefore, say });
  const { policyEdit, memoryPerGateway } = figures;
  return {
    figures,
    rows: [
      { name: "CPU of a start, in seconds", figure: figures.startupCpuSeconds, goal: "below 20 for 10,000 gateways" },
      { name: "writes of a start", figure: figures.startupWrites, goal: "0" },
      { name: "reconciles in a second of CPU", figure: figures.reconcilesPerCpuSecond, goal: "" },
      { name: "writes for one gateway that changes", figure: figures.changeWrites, goal: "" },
      { name: "KiB of memory for a gateway, of who leads", figure: memoryPerGateway.leader, goal: "" },
      { name: "KiB of memory for a gateway, of who follows", figure: memoryPerGateway.follower, goal: "" },
      { name: "p99 of reviews while a policy changes all statuses", figure: policyEdit.admissionRatio, goal: "times" },
      { name: "longest stall of the event loop meanwhile, in ms", figure: policyEdit.longestStall, goal: "" },
      { name: "statuses of gateways written", figure: policyEdit.statusWrites, goal: String(count) },
      { name: "ConfigMaps and Secrets written", figure: policyEdit.deliveries, goal: "0" },
      { name: "statuses that are wrong afterwards", figure: policyEdit.wrongStatuses, goal: "0" },
      { name: "seconds until all are written", figure: policyEdit.seconds, goal: "" },
    ],
  };
}

interface Course {
  readonly count: number;
  readonly extent: "whole" | "quick";
  /** Mebibytes. */
  readonly memoryBefore: Memory;
  readonly say: (line: string) => void;
}

async function measure(
  plane: ControlPlaneClient,
  namespaces: readonly string[],
  { count, extent, memoryBefore, say }: Course,
): Promise<ControllerFigures> {
  const before = await writesSoFar(plane);
  await using controller = await startRunningController(plane, namespaces);
  await controller.quiet(count);
  const startupCpuSeconds = await controller.processorSeconds();
  const startupWrites = (await writesSoFar(plane)) - before;
  say(`a start: ${startupCpuSeconds.toFixed(1)} s of CPU, ${startupWrites} writes`);
  const memoryPerGateway = growth(memoryBefore, await memoryBeside(controller, plane, namespaces), count);
  say(
    `memory for each: leader ${memoryPerGateway.leader.toFixed(1)} KiB, follower ${memoryPerGateway.follower.toFixed(1)} KiB`,
  );

  const [reconciles, seconds] = [await controller.reconciles(), await controller.processorSeconds()];
  await store(plane, `/apis/${API_VERSION}/aigatewaypolicies`, policy());
  await controller.quiet(reconciles + count);
  const done = (await controller.reconciles()) - reconciles;
  const reconcilesPerCpuSecond = done / ((await controller.processorSeconds()) - seconds);
  say(`a policy for all: ${done} reconciles, ${reconcilesPerCpuSecond.toFixed(0)} in a second of CPU`);

  const writes = await writesSoFar(plane);
  const path = `/apis/${API_VERSION}/namespaces/${namespaces[0]}/aigatewayconfigs/gateway-0`;
  const edited = await plane.request("PATCH", path, { body: { spec: { routes: [route("/edited")] } } });
  if (edited.status !== 200) throw new Error(`PATCH ${path}: ${edited.status} ${JSON.stringify(edited.body)}`);
  await controller.quiet(reconciles + done + 1);
  const changeWrites = (await writesSoFar(plane)) - writes - 1; // ours

  const beforeMilliseconds = BEFORE_MILLISECONDS[extent];
  const policyEdit = await measurePolicyEdit({
    plane,
    controller,
    policy: POLICY,
    gateways: count,
    namespace: namespaces[0] ?? "",
    gatewayClassName: "default",
    beforeMilliseconds,
  });
  say(`a policy that all break: ${JSON.stringify(policyEdit)}`);
  return {
    gateways: count,
    startupCpuSeconds,
    startupWrites,
    reconcilesPerCpuSecond,
    changeWrites,
    memoryPerGateway,
    policyEdit,
  };
}

/** Mebibytes of a process that leads, and of one that could. */
interface Memory {
  readonly leader: number;
  readonly follower: number;
}

async function memoryOf(plane: ControlPlaneClient, namespaces: readonly string[], count: number): Promise<Memory> {
  await using leader = await startRunningController(plane, namespaces);
  await leader.quiet(count);
  return await memoryBeside(leader, plane, namespaces); // as long as it runs
}

/** Of the controller, and of another process that is started beside it. */
async function memoryBeside(
  controller: RunningController,
  plane: ControlPlaneClient,
  namespaces: readonly string[],
): Promise<Memory> {
  await using follower = await startRunningController(plane, namespaces);
  await follower.ready();
  await pause(SETTLED_MILLISECONDS);
  return { leader: await controller.memory(), follower: await follower.memory() };
}

/** Until a process that has just read everything has collected what it does not need. */
const SETTLED_MILLISECONDS = 5000;

/** Kibibytes for each gateway. */
function growth(before: Memory, after: Memory, count: number): Memory {
  const each = (mebibytes: number) => (mebibytes * 1024) / count;
  return { leader: each(after.leader - before.leader), follower: each(after.follower - before.follower) };
}

/** Stores what gateways need, and answers the names of their namespaces. */
async function prepare(plane: ControlPlaneClient): Promise<readonly string[]> {
  const annotations = { "gateway.example.com/is-default-class": "true" };
  const gatewayClass = { apiVersion: API_VERSION, kind: "AIGatewayClass", metadata: { name: "default", annotations } };
  await store(plane, `/apis/${API_VERSION}/aigatewayclasses`, { ...gatewayClass, spec: { adapter: "json" } });
  const namespaces = Array.from({ length: NAMESPACES }, (_, index) => `team-${index}`);
  for (const name of namespaces) {
    await store(plane, "/api/v1/namespaces", { metadata: { name } });
    const secret = { metadata: { name: "openai" }, stringData: { "api-key": "not-a-key" } };
    await store(plane, `/api/v1/namespaces/${name}/secrets`, secret);
  }
  return namespaces;
}

async function fill(plane: ControlPlaneClient, namespaces: readonly string[], count: number): Promise<void> {
  const left = Array.from({ length: count }, (_, index) => index);
  const work = async () => {
    for (let index = left.pop(); index !== undefined; index = left.pop()) {
      const namespace = namespaces[index % NAMESPACES];
      await store(plane, `/apis/${API_VERSION}/namespaces/${namespace}/aigatewayconfigs`, gateway(index));
    }
  };
  await Promise.all(Array.from({ length: FILLERS }, work));
}

/** As a team writes one, with all that admission would have added. */
function gateway(index: number): object {
  const rateLimits = { requestsPerMinute: 600, burst: 50 };
  const timeouts = { request: "60s", streamIdle: "20s" };
  const endpoint = "https://api.openai.com/v1";
  const auth = { type: "apikey", valueFrom: { secretKeyRef: { name: "openai", key: "api-key" } } };
  const common = { provider: "openai", endpoint, auth, rateLimits, timeouts };
  const spec = {
    gatewayClassName: "default",
    models: [
      { ...common, name: "chat", type: "llm", model: "gpt-4o-mini" },
      { ...common, name: "search", type: "embedding", model: "text-embedding-3-small" },
    ],
    routes: [route("/v1/chat/completions"), { path: "/v1/embeddings", methods: ["POST"], targetModel: "search" }],
  };
  return { apiVersion: API_VERSION, kind: "AIGatewayConfig", metadata: { name: `gateway-${index}` }, spec };
}

function route(path: string): object {
  return { path, methods: ["POST"], targetModel: "chat" };
}

const POLICY = "bounds";

/** Bounds that every gateway keeps. */
function policy(): object {
  const spec = { mode: "Enforce", rateLimits: { max: { requestsPerMinute: 100_000 } } };
  return { apiVersion: API_VERSION, kind: "AIGatewayPolicy", metadata: { name: POLICY }, spec };
}
