import { setTimeout as pause } from "node:timers/promises";
import type { ControlPlaneClient } from "../control-plane/client.ts";
import { SteadyLoad, type Trouble } from "./steady-load.ts";

/** Two minutes of them, as long as issue 8 asks for. */
const ROTATIONS = 24;
const APART_MILLISECONDS = 5000;

/** What went wrong under steady load while that was done, of which the run's output has a line. */
export async function troublesWhile(
  plane: ControlPlaneClient,
  name: string,
  act: () => Promise<void>,
): Promise<readonly Trouble[]> {
  await using namespace = await plane.createNamespace("load");
  await using load = await SteadyLoad.start(plane, namespace.name);
  const { troubles } = await load.during(name, act);
  process.stdout.write(`${load.report()}\n`);
  return troubles;
}

/** Rotates every 5 s for two minutes, told how many there were; what comes late is made up for. */
export async function rotateAgainAndAgain(rotate: (count: number) => Promise<void>): Promise<void> {
  const from = performance.now();
  for (let count = 0; count < ROTATIONS; count += 1) {
    await pause(Math.max(0, from + count * APART_MILLISECONDS - performance.now()));
    await rotate(count);
  }
}
