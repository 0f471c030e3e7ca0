import { API_VERSION } from "#api/kind.ts";
import { KINDS } from "#api/kinds.ts";
import type { ControlPlaneClient } from "../test/support/control-plane/client.ts";
import { startControlPlane } from "../test/support/control-plane/start.ts";
import { installCustomResourceDefinitions } from "../test/support/gatehouse/install.ts";
import { type ApiServerFigures, type Concurrencies, figuresOf, type Round } from "./apiserver/figures.ts";
import { putInForce, store } from "./apiserver/in-force.ts";
import { type Measured, measure } from "./apiserver/measure.ts";
import { prepareVariants, VARIANT_NAMES, type Variant, type VariantName, type Variants } from "./apiserver/variants.ts";
import { type BenchResult, inSteps, type Row } from "./bench.ts";
import { APPROVALS, benchedFacts, NAMESPACE } from "./objects.ts";

/** How much is measured. */
interface Scale {
  /** Before the first that counts: until the code is compiled. */
  readonly warmUpRounds: number;
  readonly rounds: number;
  /** Of each variant in each round. */
  readonly requests: Concurrencies<number>;
}

/** Many short rounds: about half a second of work for each figure, so that noise that lasts longer hits all variants. */
const SCALES: Readonly<Record<"whole" | "quick", Scale>> = {
  whole: { warmUpRounds: 1, rounds: 20, requests: { one: 100, ten: 200 } },
  quick: { warmUpRounds: 0, rounds: 1, requests: { one: 3, ten: 10 } },
};

/** Runs the bench on a control plane of its own; `report` is told each figure. */
export async function benchApiServer(
  report: (line: string) => void,
  extent: "whole" | "quick",
  signal: AbortSignal,
): Promise<BenchResult> {
  const say = inSteps(report, signal);
  const scale = SCALES[extent];
  await using plane = await startControlPlane();
  await installCustomResourceDefinitions(plane);
  await store(plane, "/api/v1/namespaces", { metadata: { name: NAMESPACE } });
  for (const fact of benchedFacts(APPROVALS)) {
    const plural = KINDS.find(({ kind }) => kind === fact.kind)?.plural;
    await store(plane, `/apis/${API_VERSION}/${plural}`, fact);
  }
  await using prepared = await prepareVariants(plane);
  const rounds: Round[] = [];
  for (let round = -scale.warmUpRounds; round < scale.rounds; round += 1) {
    const label = `round ${round < 0 ? "to warm up" : round + 1}`;
    const measured = await measureEach(plane, prepared.variants, scale, (line) => say(`${label}, ${line}`));
    if (round >= 0) rounds.push(measured);
  }
  const figures = figuresOf(rounds);
  return { figures, rows: rowsOf(figures) };
}

/** One round: each variant in turn, so that what the machine does besides hits all alike. */
async function measureEach(
  plane: ControlPlaneClient,
  variants: Variants["variants"],
  { requests }: Scale,
  report: (line: string) => void,
): Promise<Round> {
  const round: Partial<Record<VariantName, Concurrencies<Measured>>> = {};
  for (const name of VARIANT_NAMES) {
    await using _inForce = await putInForce(plane, variants[name].configurations);
    const { one, ten } = await measureBoth(plane, variants[name], requests);
    round[name] = { one, ten };
    report(`${name}: p50 ${one.p50.toFixed(2)} ms at 1, ${ten.requestsPerSecond.toFixed(0)}/s at 10 connections`);
  }
  return round as Round;
}

async function measureBoth(
  plane: ControlPlaneClient,
  variant: Variant,
  requests: Concurrencies<number>,
): Promise<Concurrencies<Measured>> {
  await measure(plane, variant, 10, requests.one); // opens the API server's connections
  return {
    one: await measure(plane, variant, 1, requests.one),
    ten: await measure(plane, variant, 10, requests.ten),
  };
}

function rowsOf({ addedLatencyOverFloor, throughputOverFloor, withDefaults, variants }: ApiServerFigures): Row[] {
  return [
    { name: "latency added, over two webhooks that allow all", figure: addedLatencyOverFloor, goal: "at most 1.15" },
    { name: "throughput over two webhooks that allow all", figure: throughputOverFloor, goal: "at least 0.95" },
    { name: "latency added, where defaults are needed", figure: withDefaults.addedLatencyOverFloor, goal: "" },
    { name: "throughput, where defaults are needed", figure: withDefaults.throughputOverFloor, goal: "" },
    ...VARIANT_NAMES.flatMap((name) => [
      ...detailRows(`${name}, 1 connection`, variants[name].one),
      ...detailRows(`${name}, 10 connections`, variants[name].ten),
    ]),
  ];
}

function detailRows(name: string, measured: Measured): Row[] {
  return Object.entries(DETAILS).map(([key, unit]) => ({
    name: `${name}: ${unit}`,
    figure: measured[key as keyof Measured],
    goal: "",
  }));
}

const DETAILS: Readonly<Record<keyof Measured, string>> = {
  p50: "p50 in ms",
  p95: "p95 in ms",
  p99: "p99 in ms",
  requestsPerSecond: "requests a second",
  apiServerMicroseconds: "API server's µs of CPU",
  webhookMicroseconds: "webhook server's µs of CPU",
};
