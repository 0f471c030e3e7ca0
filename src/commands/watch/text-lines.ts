import { keyOf } from "#kube/resource.ts";
import { escapeControls } from "./escape-controls.ts";
import type { FieldChange } from "./field-changes.ts";
import { pathText } from "./field-path.ts";
import type { Sighting } from "./sighting.ts";
import { statusLine } from "./status-line.ts";
import { summaryOf } from "./summary.ts";
import { transitionText } from "./value-text.ts";

export interface TextOptions {
  /** Characters in a line. */
  readonly width: number;
  readonly isColoured: boolean;
  /** A line for each field of the status too. */
  readonly showsStatus: boolean;
}

/** A line for the object, and below it one for each field that changed. */
export function textLines(sighting: Sighting, date: Date, options: TextOptions): string {
  const paint = (text: string) => (options.isColoured ? `${COLOURS[sighting.type]}${text}\u001b[0m` : text);
  const head = paint(`${SIGNS[sighting.type]} ${escapeControls(keyOf(sighting.object))}`);
  const remark = escapeControls(remarkOn(sighting, date));
  const first = `${timeText(date)} ${head}${remark === "" ? "" : `  ${remark}`}`;
  const below = "changes" in sighting ? changeLines(sighting.changes, options) : [];
  return [first, ...below].map((line) => `${line}\n`).join("");
}

/** `HH:MM:SS`, local. */
export function timeText(date: Date): string {
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, "0")).join(":");
}

const SIGNS = { initial: "=", added: "+", changed: "~", recreated: "±", deleted: "-" } as const;

const COLOURS = {
  initial: "\u001b[2m",
  added: "\u001b[32m",
  changed: "\u001b[33m",
  recreated: "\u001b[35m",
  deleted: "\u001b[31m",
} as const;

/** Below the object's name. */
const INDENT = " ".repeat("HH:MM:SS ~ ".length);

/** Lines for one object, above which nobody reads them all. */
const MOST_LINES = 50;

function remarkOn(sighting: Sighting, date: Date): string {
  switch (sighting.type) {
    case "initial":
    case "added":
      return summaryOf(sighting.object, date);
    case "changed":
      return "";
    case "recreated":
      return "(recreated: deleted and made anew while away)";
    case "deleted":
      return sighting.isMissed ? "(deleted while away)" : "";
    default:
      return sighting satisfies never;
  }
}

function changeLines(changes: readonly FieldChange[], { width, showsStatus }: TextOptions): readonly string[] {
  const room = width - INDENT.length;
  const folded = showsStatus ? [] : changes.filter(({ path }) => path[0] === "status");
  const single = changes.filter((change) => !folded.includes(change));
  const lines = single.slice(0, MOST_LINES).map((change) => changeLine(change, room));
  if (single.length > MOST_LINES) lines.push(`and ${single.length - MOST_LINES} more fields`);
  if (folded.length > 0) lines.push(statusLine(folded, room));
  return lines.map((line) => INDENT + line);
}

function changeLine(change: FieldChange, room: number): string {
  const path = `${escapeControls(pathText(change.path))}: `;
  return path + transitionText(change.old, change.new, room - path.length);
}
