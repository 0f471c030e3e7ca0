import { admissionCosts } from "./admission-costs.ts";
import { type BenchResult, inSteps } from "./bench.ts";
import { post, send } from "./load.ts";
import { reviewBody, SIZES, type Size } from "./objects.ts";
import { leaveFirstProcessor, type PeerProcess, startPeer } from "./peer-process.ts";
import { median } from "./statistics.ts";

/** What `npm run bench -- admission --json` prints. */
export interface AdmissionFigures {
  /** Throughput per core of ours over that of a server that only parses the review; goals 0.62 and 0.58. */
  readonly ratios: Readonly<Record<Size["name"], number>>;
  /** Part of a review that builds the patch; goal 0.01. */
  readonly patchShare: number;
  /** Cost of a review with 100,000 approved models over one with 10; goal 1.2. */
  readonly approvalsCost: number;
}

/** Alternating rounds, so that what the machine does besides hits both alike. */
const ROUNDS = 7;

/** About a second of work a round. */
const REQUESTS: Readonly<Record<Size["name"], number>> = { small: 6000, large: 400 };

/** At once: enough to keep one server busy without a queue. */
const CONNECTIONS = 20;

/** Rounds before the first that counts: until the code is compiled. */
const WARM_UP_ROUNDS = 2;

/** Runs the whole bench; `report` is told each round. */
export async function benchAdmission(
  report: (line: string) => void,
  _extent: "whole" | "quick",
  signal: AbortSignal,
): Promise<BenchResult> {
  leaveFirstProcessor();
  const say = inSteps(report, signal);
  await using floor = await startPeer("parse-floor", { alone: true });
  await using ours = await startPeer("gatehouse", { alone: true });
  const ratios: Record<Size["name"], number> = { small: Number.NaN, large: Number.NaN };
  for (const size of SIZES) ratios[size.name] = await ratioOf(floor, ours, size, say);
  const figures: AdmissionFigures = { ratios, ...admissionCosts(say) };
  return { figures, rows: rowsOf(figures) };
}

function rowsOf({ ratios, patchShare, approvalsCost }: AdmissionFigures): BenchResult["rows"] {
  return [
    { name: "throughput over a server that only parses, small object", figure: ratios.small, goal: "at least 0.62" },
    { name: "throughput over a server that only parses, large object", figure: ratios.large, goal: "at least 0.58" },
    { name: "building the patch, as part of a review", figure: patchShare, goal: "at most 0.01" },
    { name: "a review with 100,000 approved models over one with 10", figure: approvalsCost, goal: "at most 1.2" },
  ];
}

async function ratioOf(
  floor: PeerProcess,
  ours: PeerProcess,
  size: Size,
  report: (line: string) => void,
): Promise<number> {
  const body = Buffer.from(reviewBody(size));
  const ratios: number[] = [];
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round += 1) {
    const floorCost = await costOf(floor, body, REQUESTS[size.name]);
    const ourCost = await costOf(ours, body, REQUESTS[size.name]);
    const label = `${size.name} (${body.length} bytes)`;
    const figures = `floor ${floorCost.toFixed(1)} µs, ours ${ourCost.toFixed(1)} µs a review`;
    report(
      `${label}, round ${round < 0 ? "to warm up" : round + 1}: ${figures}, ratio ${(floorCost / ourCost).toFixed(3)}`,
    );
    if (round >= 0) ratios.push(floorCost / ourCost);
  }
  return median(ratios);
}

/** CPU time of the server for each review, in microseconds. */
async function costOf(peer: PeerProcess, body: Buffer, requests: number): Promise<number> {
  const before = await peer.cpuMicroseconds();
  await send({
    server: { host: "127.0.0.1", port: peer.port, rejectUnauthorized: false },
    connections: CONNECTIONS,
    messages: [post("/mutate?timeout=10s", body), post("/validate?timeout=10s", body)], // as the API server asks both
    requests,
    status: 200,
  });
  return ((await peer.cpuMicroseconds()) - before) / requests;
}
