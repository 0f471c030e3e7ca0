import { type Cursor, fail, found } from "./cursor.ts";

/** Reads the beginning of a group, from its `(` on. */
export function openGroup(cursor: Cursor): void {
  const [text, on = "", off = "", name] = found(cursor, OPENING) ?? [];
  if (text === undefined) return refuse(cursor);
  if (name !== undefined && cursor.names.has(name)) return fail(cursor, "a second group of one name", "(?");
  if (new Set(on + off).size < on.length + off.length) return fail(cursor, "a flag twice", text);
  if (name !== undefined) cursor.names.add(name);
  cursor.at += text.length;
}

/** Plain, with flags of its own, or named. */
const OPENING = /\((?:(?!\?)|\?([ims]{0,3})(?:-([ims]{1,3}))?:|\?P?<([A-Za-z_][A-Za-z0-9_]*)>)/y;

function refuse(cursor: Cursor): void {
  const begins = cursor.text.slice(cursor.at, cursor.at + LONGEST);
  const [begin, what, instead] = REFUSED.find(([beginning]) => begins.startsWith(beginning)) ?? OTHER;
  fail(cursor, what, begin, instead);
}

const LONGEST = 4;

type Refused = readonly [begin: string, what: string, instead?: string];

/** By how they begin, longer ones first. */
const REFUSED: readonly Refused[] = [
  ["(?<=", "a look-behind", "RE2 looks at each character once"],
  ["(?<!", "a look-behind", "RE2 looks at each character once"],
  ["(?P=", "a back-reference", "write out what it refers to"],
  ["(?P>", "a recursion"],
  ["(?P<", "a name that is not of ASCII letters, digits and '_'"],
  ["(?=", "a look-ahead", "RE2 looks at each character once"],
  ["(?!", "a look-ahead", "RE2 looks at each character once"],
  ["(?<", "a name that is not of ASCII letters, digits and '_'"],
  ["(?>", "an atomic group", "RE2 never goes back, so that '(?:…)' is as good"],
  ["(?|", "a group whose branches share numbers", "as in '(?:…)'"],
  ["(?#", "a comment"],
  ["(?(", "a condition"],
  ["(?R", "a recursion"],
  ["(?&", "a recursion"],
  ["(?'", "a name between quotes", "as in '(?P<name>…)'"],
];

const OTHER: Refused = ["(?", "a flag or group that does not stand here", "as in '(?i:…)' or '(?:…)'"];

/** Reads the end of the group that began at `start`. */
export function closeGroup(cursor: Cursor, start: number): void {
  if (cursor.text[cursor.at] === ")") {
    cursor.at += 1;
    return;
  }
  cursor.at = start;
  fail(cursor, "a '(' without its ')'", "(", "'\\(' stands for the character");
}
