import type { ServerResponse } from "node:http";
import { EXPIRED, tooLarge } from "./answer.ts";
import type { Entry, ObjectLog } from "./object-log.ts";
import { isSelected, selected } from "./reads.ts";
import type { RecordedRequest } from "./request.ts";
import { WatchStream } from "./watch-stream.ts";

/** The annotation that ends the initial events of a watch-list. */
export const INITIAL_EVENTS_END = { "k8s.io/initial-events-end": "true" };

/**
 * WATCH and watch-list. As the API server: a compacted or future version is
 * status 200 with one ERROR event; without a version (or with 0) what exists
 * comes first, as ADDED.
 */
export function answerWatch(
  log: ObjectLog,
  request: RecordedRequest,
  response: ServerResponse,
  areHeadersDelayed = false,
): WatchStream {
  response.writeHead(200, { "content-type": "application/json", "transfer-encoding": "chunked" });
  if (!areHeadersDelayed) response.flushHeaders();
  const stream = new WatchStream(request, response, (annotations) => ({
    kind: "Object",
    apiVersion: "v1",
    metadata: { resourceVersion: log.resourceVersion, ...(annotations && { annotations }) },
  }));
  const { resourceVersion = "" } = request.query;
  const version = log.parse(resourceVersion) ?? 0;
  const isWatchList = request.verb === "watchList";
  if (version > log.version) {
    stream.fail(tooLarge(resourceVersion, log.resourceVersion));
  } else if (version === 0 || isWatchList) {
    for (const object of selected(log.at(request.collection), request)) stream.send("ADDED", object);
    if (isWatchList) stream.bookmark(INITIAL_EVENTS_END);
  } else if (version < log.compacted) {
    stream.fail(EXPIRED);
  } else {
    for (const entry of log.since(request.collection, version)) pass(entry, stream);
  }
  const following = log.follow((entry) => {
    if (entry.collection === request.collection) pass(entry, stream);
  });
  response.once("close", () => following[Symbol.dispose]());
  return stream;
}

/** Labels that change into or out of the selection are beyond this server. */
function pass(entry: Entry, stream: WatchStream): void {
  if (isSelected(entry.object, stream.request)) stream.send(entry.type, entry.object);
}
