import type { WatchEvent } from "./client.ts";
import type { Clock } from "./clock.ts";
import { KubernetesError } from "./kubernetes-error.ts";
import { LineSplitter } from "./line-splitter.ts";
import { withoutManagedFields } from "./managed-fields.ts";
import type { Resource } from "./resource.ts";
import { decodingError, errorOfStatus } from "./status.ts";
import { TimeSlice } from "./time-slice.ts";

/**
 * The events in a watch's answer, which the first step opens. As client-go's stream watcher, a connection
 * that breaks or falls silent just ends the stream (what was cut off will come
 * again), and a frame that makes no sense is an ERROR event. No more is read
 * ahead than what Node holds for a stream.
 */
export async function* eventsOf<R extends Resource>(
  open: () => Promise<AsyncIterable<Buffer>>,
  { clock, ...reading }: EventReading & { readonly clock: Clock },
): AsyncGenerator<WatchEvent<R>, void> {
  const chunks = await open();
  const lines = new LineSplitter();
  const slice = new TimeSlice(clock);
  try {
    for await (const chunk of chunks) {
      for (const line of lines.push(chunk)) yield decode<R>(line, reading);
      if (slice.isOver) await slice.rest();
    }
  } catch (error) {
    if (error instanceof RangeError) yield { type: "ERROR", error: decodingError(error.message, error) };
    else if (!(error instanceof KubernetesError)) throw error; // aborted
  }
}

export interface EventReading {
  readonly withoutManagedFields?: boolean | undefined;
}

function decode<R extends Resource>(line: Buffer, reading: EventReading): WatchEvent<R> {
  try {
    const text =
      reading.withoutManagedFields === true ? withoutManagedFields(line, FRAME_DEPTH) : line.toString("utf8");
    const { type, object } = JSON.parse(text) as { readonly type?: unknown; readonly object?: unknown };
    if (typeof object !== "object" || object === null) return undecodable("a watch event has no object");
    switch (type) {
      case "ADDED":
      case "MODIFIED":
      case "DELETED":
        return hasMetadata(object) ? { type, object: object as R } : undecodable("a watch event has no metadata");
      case "BOOKMARK":
        return hasMetadata(object) ? { type, object } : undecodable("a bookmark has no metadata");
      case "ERROR":
        return { type, error: errorOfStatus(object) };
      default:
        return undecodable(`a watch event has the unknown type ${JSON.stringify(type)}`);
    }
  } catch {
    return undecodable("a watch event is not JSON");
  }
}

/** `{"type":"ADDED","object":{` */
const FRAME_DEPTH = 2;

function hasMetadata(object: object): object is Resource {
  return "metadata" in object && typeof object.metadata === "object" && object.metadata !== null;
}

/** Neither the line nor the parser's message is repeated: they may quote a Secret. */
function undecodable(message: string): { type: "ERROR"; error: KubernetesError } {
  return { type: "ERROR", error: decodingError(message) };
}
