import { pino } from "pino";
import type { Resource, ResourceMetadata } from "#kube/resource.ts";

/** An object with something in it. */
export interface Thing extends Resource {
  readonly color?: string;
}

/** A thing in namespace `default`; its uid is its name unless said otherwise. */
export function thing(name: string, version: number, more: Partial<ResourceMetadata> & { color?: string } = {}): Thing {
  const { color, ...metadata } = more;
  return {
    metadata: { name, namespace: "default", uid: name, resourceVersion: String(version), ...metadata },
    ...(color !== undefined && { color }),
  };
}

/** A logger that keeps what it is told. */
export function keptLog() {
  const lines: Record<string, unknown>[] = [];
  const logger = pino(
    { level: "debug", base: null },
    { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) },
  );
  return { logger, lines };
}

/** A turn of the event loop, in which all settled promises have run their course. */
export function settled(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}

/** Lets turns of the event loop pass until something holds; throws when it does not within a thousand. */
export async function until(holds: () => boolean): Promise<void> {
  for (let turn = 0; turn < 1000; turn += 1) {
    if (holds()) return;
    await settled();
  }
  throw new Error(`never held: ${holds.toString()}`);
}

export function aborted(signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  signal.addEventListener("abort", () => resolve(), { once: true });
  return promise;
}
