import { mean, median } from "../statistics.ts";
import type { Measured } from "./measure.ts";
import { VARIANT_NAMES, type VariantName } from "./variants.ts";

/**
 * What `npm run bench -- apiserver --json` prints. The first two are for an object
 * that needs no defaults, so that the API server has the same to do for the floor.
 */
export interface ApiServerFigures extends OverFloor {
  /** The same for an object that needs defaults: the API server then has a patch to apply as well. */
  readonly withDefaults: OverFloor;
  readonly variants: Round;
}

interface OverFloor {
  /** At 1 connection, what ours adds to the median latency over what the floor adds; goal 1.15. */
  readonly addedLatencyOverFloor: number;
  /** At 10 connections, requests a second over those of the floor; goal 0.95. */
  readonly throughputOverFloor: number;
}

/** What each variant was measured at. */
export type Round = Readonly<Record<VariantName, Concurrencies<Measured>>>;

/** Something for one and for ten connections. */
export interface Concurrencies<T> {
  readonly one: T;
  readonly ten: T;
}

export function figuresOf(rounds: readonly Round[]): ApiServerFigures {
  return {
    ...overFloor(rounds, "ours"),
    withDefaults: overFloor(rounds, "oursWithDefaults"),
    variants: Object.fromEntries(
      VARIANT_NAMES.map((name) => [
        name,
        { one: summary(rounds.map((round) => round[name].one)), ten: summary(rounds.map((round) => round[name].ten)) },
      ]),
    ) as Round,
  };
}

/** Compares within each round, since the machine changes from one to the next. */
function overFloor(rounds: readonly Round[], ours: VariantName): OverFloor {
  const added = (name: VariantName): number => median(rounds.map((round) => round[name].one.p50 - round.none.one.p50));
  const throughputs = rounds.map((round) => round[ours].ten.requestsPerSecond / round.floor.ten.requestsPerSecond);
  return { addedLatencyOverFloor: added(ours) / added("floor"), throughputOverFloor: median(throughputs) };
}

/** Of what is counted in steps of 10 ms the mean, of all else the median. */
function summary(rounds: readonly Measured[]): Measured {
  const valuesOf = (key: keyof Measured): readonly number[] => rounds.map((round) => round[key]);
  return {
    p50: median(valuesOf("p50")),
    p95: median(valuesOf("p95")),
    p99: median(valuesOf("p99")),
    requestsPerSecond: median(valuesOf("requestsPerSecond")),
    apiServerMicroseconds: mean(valuesOf("apiServerMicroseconds")),
    webhookMicroseconds: mean(valuesOf("webhookMicroseconds")),
  };
}
