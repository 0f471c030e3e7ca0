import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { InformerServer } from "./informer-server.ts";
import { onFirstProcessor } from "./peer-process.ts";
import type { Measurement } from "./peers/measured-informer.ts";

/** A program and its first words; the URL of the server and what to expect from it follow. */
export type Command = readonly [program: string, ...words: string[]];

/** How much an informer is given. */
export interface Size {
  readonly objects: number;
  readonly events: number;
}

/** What one process took, from its first list to its last event. */
export interface InformerCosts {
  readonly syncMilliseconds: number;
  readonly heapBytesPerObject: number;
  readonly eventsPerSecond: number;
  readonly cpuMicrosecondsPerEvent: number;
}

/** Runs an informer in a process of its own, cold, as informers start. */
export async function runInformer(command: Command, server: InformerServer, size: Size): Promise<InformerCosts> {
  server.eventGate.close();
  const measurements: Measurement[] = [];
  const whole: Command = [...command, server.url, String(size.objects), String(size.events)];
  await runPeer(onFirstProcessor(whole), (line, end) => {
    measurements.push(JSON.parse(line) as Measurement);
    if (measurements.length === 1) server.eventGate.open();
    else end();
  });
  const [sync, steady] = measurements;
  if (!sync || !steady) throw new Error(`${command.join(" ")} did not measure`);
  return {
    syncMilliseconds: sync.milliseconds,
    heapBytesPerObject: sync.heapBytes / size.objects,
    eventsPerSecond: (size.events * 1000) / steady.milliseconds,
    cpuMicrosecondsPerEvent: steady.cpuMicroseconds / size.events,
  };
}

/** Runs a peer, as `onFirstProcessor` or `onAllProcessors` says. `hear` is given each line that it prints, and what ends it. */
export async function runPeer(
  [program, words]: readonly [program: string, words: readonly string[]],
  hear: (line: string, end: () => void) => void | Promise<void>,
): Promise<void> {
  const child = spawn(program, words, { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "exit") as Promise<[number | null]>;
  let isDone = false;
  const end = (): void => {
    isDone = true;
    child.kill();
  };
  for await (const line of createInterface(child.stdout)) await hear(line, end);
  const [code] = await ended;
  if (!isDone) throw new Error(`${program} ${words.join(" ")} ended with ${code}`);
}

/** `bench/peers/<name>.ts`, with the collector at hand. */
export function nodePeer(name: string): Command {
  const file = join(import.meta.dirname, "peers", `${name}.ts`);
  return [process.execPath, "--expose-gc", "--max-semi-space-size=16", file];
}
