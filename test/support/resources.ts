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
