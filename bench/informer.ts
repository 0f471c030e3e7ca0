import { admissionBesideList } from "./admission-beside-list.ts";
import { type BenchResult, inSteps } from "./bench.ts";
import { clientGoInformer } from "./client-go-informer.ts";
import { type Command, type InformerCosts, nodePeer, runInformer, type Size } from "./informer-peer.ts";
import { type InformerServer, startInformerServer } from "./informer-server.ts";
import { informerStream } from "./informer-stream.ts";
import { leaveFirstProcessor, onAllProcessors, onFirstProcessor } from "./peer-process.ts";
import { median, quantile } from "./statistics.ts";

/** What `npm run bench -- informer --json` prints: ours divided by the other's, and milliseconds. */
interface InformerFigures {
  /** Events a second; goal 2. */
  readonly throughputOverClientNode: number;
  readonly cpuOverClientNode: number;
  readonly syncOverClientNode: number;
  readonly heapOverClientNode: number;
  readonly throughputOverClientGo: number;
  readonly cpuOverClientGo: number;
  /** From the start until the handler was told of the last object; goal 1.5. */
  readonly syncOverClientGo: number;
  /** Of each object; goal 2. */
  readonly heapOverClientGo: number;
  /** Of reviews in the process that lists; goal 50. */
  readonly admissionP99Ms: number;
  /** The same where the collector of garbage has to share the one processor. */
  readonly admissionP99OneProcessorMs: number;
}

/** As much as issue and goals speak of, and as little as shows that the bench works. */
const SIZES = { whole: { objects: 50_000, events: 100_000 }, quick: { objects: 500, events: 1000 } } as const;
const ROUNDS = { whole: 5, quick: 1 } as const;

type Peer = "ours" | "clientNode" | "clientGo";

/**
 * Informers on one scripted stream of AIGatewayConfigs of 2 KB: ours, that of
 * client-node, and a shared informer of client-go that holds Go structs, without
 * managed fields as ours. Each round starts each of them anew.
 */
export async function benchInformer(
  report: (line: string) => void,
  extent: "whole" | "quick",
  signal: AbortSignal,
): Promise<BenchResult> {
  const sayStep = inSteps(report, signal);
  leaveFirstProcessor();
  const peers: Readonly<Record<Peer, Command>> = {
    ours: nodePeer("informer-gatehouse"),
    clientNode: nodePeer("informer-client-node"),
    clientGo: await clientGoInformer(report, signal),
  };
  await using server = await startInformerServer(informerStream(SIZES[extent]));
  const rounds: Readonly<Record<Peer, InformerCosts>>[] = [];
  const [latencies, latenciesOnOne]: [number[], number[]] = [[], []];
  const besideList = async (processors: typeof onFirstProcessor, taken: number[]): Promise<string> => {
    const latest = await admissionBesideList(server, { objects: SIZES[extent].objects, processors });
    for (const latency of latest) taken.push(latency);
    return `p50 ${quantile(latest, 0.5).toFixed(1)} ms, p99 ${quantile(latest, 0.99).toFixed(1)} ms`;
  };
  for (let round = 1; round <= ROUNDS[extent]; round += 1) {
    const say = (line: string) => sayStep(`round ${round}, ${line}`);
    rounds.push(await informersOf(peers, server, SIZES[extent], say));
    say(`admission beside a list: ${await besideList(onAllProcessors, latencies)}`);
    say(`the same on one processor: ${await besideList(onFirstProcessor, latenciesOnOne)}`);
  }
  const figures = figuresOf(rounds, {
    admissionP99Ms: quantile(latencies, 0.99),
    admissionP99OneProcessorMs: quantile(latenciesOnOne, 0.99),
  });
  return { figures, rows: rowsOf(figures) };
}

async function informersOf(
  peers: Readonly<Record<Peer, Command>>,
  server: InformerServer,
  size: Size,
  say: (line: string) => void,
): Promise<Readonly<Record<Peer, InformerCosts>>> {
  const measured = async (peer: Peer): Promise<InformerCosts> => {
    const costs = await runInformer(peers[peer], server, size);
    say(`${peer}: ${inWords(costs)}`);
    return costs;
  };
  return {
    ours: await measured("ours"),
    clientNode: await measured("clientNode"),
    clientGo: await measured("clientGo"),
  };
}

function inWords(costs: InformerCosts): string {
  return [
    `sync ${costs.syncMilliseconds.toFixed(0)} ms`,
    `heap ${costs.heapBytesPerObject.toFixed(0)} bytes an object`,
    `${costs.eventsPerSecond.toFixed(0)} events a second`,
    `CPU ${costs.cpuMicrosecondsPerEvent.toFixed(1)} µs an event`,
  ].join(", ");
}

/** Ratios inside each round, and the medians of these. */
function figuresOf(
  rounds: readonly Readonly<Record<Peer, InformerCosts>>[],
  latencies: Pick<InformerFigures, "admissionP99Ms" | "admissionP99OneProcessorMs">,
): InformerFigures {
  const over = (other: Peer, cost: keyof InformerCosts) =>
    median(rounds.map((round) => round.ours[cost] / round[other][cost]));
  return {
    throughputOverClientNode: over("clientNode", "eventsPerSecond"),
    cpuOverClientNode: over("clientNode", "cpuMicrosecondsPerEvent"),
    syncOverClientNode: over("clientNode", "syncMilliseconds"),
    heapOverClientNode: over("clientNode", "heapBytesPerObject"),
    throughputOverClientGo: over("clientGo", "eventsPerSecond"),
    cpuOverClientGo: over("clientGo", "cpuMicrosecondsPerEvent"),
    syncOverClientGo: over("clientGo", "syncMilliseconds"),
    heapOverClientGo: over("clientGo", "heapBytesPerObject"),
    ...latencies,
  };
}

function rowsOf(figures: InformerFigures): BenchResult["rows"] {
  return [
    { name: "events a second over client-node", figure: figures.throughputOverClientNode, goal: "at least 2" },
    { name: "CPU for each event over client-node", figure: figures.cpuOverClientNode, goal: "" },
    { name: "time to sync over client-node", figure: figures.syncOverClientNode, goal: "" },
    { name: "heap for each object over client-node", figure: figures.heapOverClientNode, goal: "" },
    { name: "events a second over client-go", figure: figures.throughputOverClientGo, goal: "" },
    { name: "CPU for each event over client-go", figure: figures.cpuOverClientGo, goal: "" },
    { name: "time to sync over client-go", figure: figures.syncOverClientGo, goal: "at most 1.5" },
    { name: "heap for each object over client-go", figure: figures.heapOverClientGo, goal: "at most 2" },
    { name: "admission p99 beside a list, in ms", figure: figures.admissionP99Ms, goal: "at most 50" },
    { name: "the same on one processor, in ms", figure: figures.admissionP99OneProcessorMs, goal: "" },
  ];
}
