import { API_VERSION } from "#api/kind.ts";
import type { ControlPlaneClient } from "../test/support/control-plane/client.ts";
import { startControlPlane } from "../test/support/control-plane/start.ts";
import { installCustomResourceDefinitions } from "../test/support/gatehouse/install.ts";
import { store } from "./apiserver/in-force.ts";
import { type BenchResult, inSteps } from "./bench.ts";
import { startRunningController } from "./controller/running-controller.ts";
import { writesSoFar } from "./controller/writes.ts";

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
}

const GATEWAYS = { whole: 10_000, quick: 40 } as const;

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
  await using plane = await startControlPlane();
  await installCustomResourceDefinitions(plane);
  const namespaces = await fill(plane, count);
  say(`${count} gateways are stored`);
  {
    await using controller = await startRunningController(plane, namespaces);
    await controller.quiet(count);
    say(`all were delivered, in ${(await controller.processorSeconds()).toFixed(1)} s of CPU`);
  }
  const figures = await measure(plane, namespaces, { count, say });
  return {
    figures,
    rows: [
      { name: "CPU of a start, in seconds", figure: figures.startupCpuSeconds, goal: "below 20 for 10,000 gateways" },
      { name: "writes of a start", figure: figures.startupWrites, goal: "0" },
      { name: "reconciles in a second of CPU", figure: figures.reconcilesPerCpuSecond, goal: "" },
      { name: "writes for one gateway that changes", figure: figures.changeWrites, goal: "" },
    ],
  };
}

async function measure(
  plane: ControlPlaneClient,
  namespaces: readonly string[],
  { count, say }: { readonly count: number; readonly say: (line: string) => void },
): Promise<ControllerFigures> {
  const before = await writesSoFar(plane);
  await using controller = await startRunningController(plane, namespaces);
  await controller.quiet(count);
  const startupCpuSeconds = await controller.processorSeconds();
  const startupWrites = (await writesSoFar(plane)) - before;
  say(`a start: ${startupCpuSeconds.toFixed(1)} s of CPU, ${startupWrites} writes`);

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
  return { gateways: count, startupCpuSeconds, startupWrites, reconcilesPerCpuSecond, changeWrites };
}

/** Stores what gateways need, and the gateways; answers the names of their namespaces. */
async function fill(plane: ControlPlaneClient, count: number): Promise<readonly string[]> {
  const annotations = { "gateway.example.com/is-default-class": "true" };
  const gatewayClass = { apiVersion: API_VERSION, kind: "AIGatewayClass", metadata: { name: "default", annotations } };
  await store(plane, `/apis/${API_VERSION}/aigatewayclasses`, { ...gatewayClass, spec: { adapter: "json" } });
  const namespaces = Array.from({ length: NAMESPACES }, (_, index) => `team-${index}`);
  for (const name of namespaces) {
    await store(plane, "/api/v1/namespaces", { metadata: { name } });
    const secret = { metadata: { name: "openai" }, stringData: { "api-key": "not-a-key" } };
    await store(plane, `/api/v1/namespaces/${name}/secrets`, secret);
  }
  const left = Array.from({ length: count }, (_, index) => index);
  const work = async () => {
    for (let index = left.pop(); index !== undefined; index = left.pop()) {
      const namespace = namespaces[index % NAMESPACES];
      await store(plane, `/apis/${API_VERSION}/namespaces/${namespace}/aigatewayconfigs`, gateway(index));
    }
  };
  await Promise.all(Array.from({ length: FILLERS }, work));
  return namespaces;
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

/** Bounds that every gateway keeps. */
function policy(): object {
  const spec = { mode: "Enforce", rateLimits: { max: { requestsPerMinute: 100_000 } } };
  return { apiVersion: API_VERSION, kind: "AIGatewayPolicy", metadata: { name: "bounds" }, spec };
}
