import { escapeControls } from "./escape-controls.ts";
import type { FieldChange } from "./field-changes.ts";
import { pathText } from "./field-path.ts";
import { counted } from "./summary.ts";
import { transitionText } from "./value-text.ts";

/** The changes of a status in one line: how many, and those that say most as far as they fit. */
export function statusLine(changes: readonly FieldChange[], width: number): string {
  let line = `status: ${counted(changes.length, "field")}`;
  let separator = ": ";
  for (const { path, old, new: current } of changes.filter(isTelling)) {
    const part = `${escapeControls(pathText(path.slice(1)))} ${transitionText(old, current, LONGEST_TRANSITION)}`;
    if (line.length + separator.length + part.length > width) break;
    line += separator + part;
    separator = ", ";
  }
  return line;
}

/** Characters; what is longer is not what a status says in short. */
const LONGEST_TRANSITION = 40;

/** Times and generations go with every change, and messages are long. */
function isTelling({ path }: FieldChange): boolean {
  const last = path.at(-1);
  return typeof last !== "string" || !/(?:Time|Timestamp|[gG]eneration|^message|^type)$/.test(last);
}
