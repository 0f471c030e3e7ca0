import { escapeControls } from "./escape-controls.ts";
import type { FieldChange } from "./field-changes.ts";
import { pathText } from "./field-path.ts";
import { counted } from "./summary.ts";
import { transitionText } from "./value-text.ts";

/** The changes of a status in one line: how many, and as many as fit of those that say most. */
export function statusLine(changes: readonly FieldChange[], width: number): string {
  let line = `status: ${counted(changes.length, "field")}`;
  let separator = ": ";
  for (const { path, old, new: current } of mostTelling(changes)) {
    const part = `${escapeControls(pathText(path.slice(1)))} ${transitionText(old, current, LONGEST_TRANSITION)}`;
    if (line.length + separator.length + part.length > width) continue;
    line += separator + part;
    separator = ", ";
  }
  return line;
}

/** Characters; what is longer is not what a status says in short. */
const LONGEST_TRANSITION = 60;

/** Times and generations go with every change, and messages are long: they stand only where nothing else changed. */
function mostTelling(changes: readonly FieldChange[]): readonly FieldChange[] {
  const telling = changes.filter(
    (change) => !lastStepMatches(change, /(?:Time|Timestamp|[gG]eneration|^message|^type)$/),
  );
  if (telling.length === 0) return changes;
  return [...telling.filter((change) => !isReason(change)), ...telling.filter(isReason)];
}

function isReason(change: FieldChange): boolean {
  return lastStepMatches(change, /^reason$/);
}

function lastStepMatches({ path }: FieldChange, pattern: RegExp): boolean {
  const last = path.at(-1);
  return typeof last === "string" && pattern.test(last);
}
