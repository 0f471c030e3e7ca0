import { escapeControls } from "./escape-controls.ts";
import { HIDDEN } from "./hidden-values.ts";

/** Old and new value on one line of at most so many characters; what is cut away is what both have in common first. */
export function transitionText(old: unknown, current: unknown, width: number): string {
  if (old === HIDDEN && current === HIDDEN) return `${HIDDEN} changed`;
  const [before, after] = [valueText(old), valueText(current)];
  const room = width - ARROW.length;
  if (before.length + after.length <= room) return `${before}${ARROW}${after}`;
  const half = Math.max(SHORTEST, Math.floor(room / 2));
  const difference = firstDifference(before, after);
  // What the shorter one leaves is the longer one's.
  const [forBefore, forAfter] = [Math.max(half, room - after.length), Math.max(half, room - before.length)];
  return `${cut(before, difference, forBefore)}${ARROW}${cut(after, difference, forAfter)}`;
}

const ARROW = " → ";

/** Characters; even on the narrowest terminal something is to be seen. */
const SHORTEST = 12;

/** Characters that are shown before the first difference, to find the place by. */
const CONTEXT = 8;

function valueText(value: unknown): string {
  if (value === undefined) return "(none)";
  return value === HIDDEN ? HIDDEN : escapeControls(JSON.stringify(value));
}

function firstDifference(one: string, other: string): number {
  let index = 0;
  while (index < one.length && one[index] === other[index]) index += 1;
  return index;
}

/** A window of this width that the difference is in, with `…` where something was cut away. */
function cut(text: string, difference: number, width: number): string {
  if (text.length <= width) return text;
  const from = Math.max(0, Math.min(difference - CONTEXT, text.length - width + 1));
  if (from <= 1) return `${text.slice(0, width - 1)}…`;
  const rest = text.slice(from);
  return rest.length <= width - 1 ? `…${rest}` : `…${rest.slice(0, width - 2)}…`;
}
