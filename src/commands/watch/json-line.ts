import { escapeControls } from "./escape-controls.ts";
import { pathText } from "./field-path.ts";
import type { Sighting } from "./sighting.ts";

/** One line for a program to read. A field that came has no `old`, one that went has no `new`. */
export function jsonLine(sighting: Sighting, date: Date): string {
  const { type, object } = sighting;
  const { namespace, name, uid } = object.metadata;
  const record = { time: date.toISOString(), type, namespace, name, uid, ...details(sighting) };
  return `${escapeControls(JSON.stringify(record))}\n`;
}

function details(sighting: Sighting): object {
  if (sighting.type === "deleted") return sighting.isMissed ? { missed: true } : {};
  if (!("changes" in sighting)) return {};
  return { changes: sighting.changes.map((change) => ({ ...change, path: pathText(change.path) })) };
}
