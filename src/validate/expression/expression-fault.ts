import { type Cursor, characterAt, type ExpressionFault, fail, found } from "./cursor.ts";
import { readClass } from "./read-class.ts";
import { readEscape } from "./read-escape.ts";
import { closeGroup, openGroup } from "./read-group.ts";
import { SIZE_OF_ANY, SIZE_OF_CHARACTER } from "./sizes.ts";

/**
 * What keeps a regular expression from being one of RE2, undefined where nothing
 * does. RE2 (Envoy's, and Go's package of the same syntax) matches in time linear
 * in the text, whatever the expression, since it has nothing that would have to
 * go back: what RE2 takes is safe by construction.
 *
 * What passes is taken by RE2 in C++ and in Go, both of which refuse as well what
 * would grow too large. A few spellings that only one of them knows, or that
 * other engines read otherwise (`\Q…\E`, `\C`, octal numbers, flags in the
 * middle), do not pass.
 */
export function expressionFault(text: string): ExpressionFault | undefined {
  const cursor: Cursor = { text, at: 0, names: new Set(), fault: undefined };
  cursor.at += found(cursor, FLAGS)?.[0].length ?? 0;
  const { size } = readAlternatives(cursor, 0);
  if (cursor.at < text.length) fail(cursor, "a ')' without its '('", ")", ESCAPED);
  if (size > MAX_SIZE) cursor.fault ??= TOO_LARGE;
  return cursor.fault;
}

/** For the whole expression. In the middle, engines disagree about how far they reach. */
const FLAGS = /\(\?[ims]{1,3}\)/y;

const ESCAPED = "a '\\' before it makes it a character like others";

/**
 * Instructions, counted too high rather than too low. Of the two, C++ has less
 * room: 8 MiB, in which 260,000 have been seen to fit.
 */
const MAX_SIZE = 200_000;

const TOO_LARGE: ExpressionFault = {
  what: "more than RE2 has room for",
  text: "",
  position: 1,
  instead: "counts inside counts, and of classes such as '\\pL', multiply its size",
};

/** What a piece of an expression becomes. */
interface Extent {
  readonly size: number;
  /** The largest product of counts that stand inside each other. */
  readonly count: number;
}

const EMPTY: Extent = { size: 1, count: 1 };

function readAlternatives(cursor: Cursor, depth: number): Extent {
  let extent = readSequence(cursor, depth);
  while (cursor.text[cursor.at] === "|") {
    cursor.at += 1;
    extent = together(extent, readSequence(cursor, depth));
  }
  return extent;
}

/** Up to the next `|`, the `)` or the end. */
function readSequence(cursor: Cursor, depth: number): Extent {
  let extent = EMPTY;
  for (;;) {
    const next = cursor.text[cursor.at];
    if (next === undefined || next === "|" || next === ")") return extent;
    extent = together(extent, readRepetition(cursor, readAtom(cursor, next, depth)));
  }
}

function together(one: Extent, other: Extent): Extent {
  return { size: one.size + other.size, count: Math.max(one.count, other.count) };
}

/** Undefined for what has no width, such as `^`. */
function readAtom(cursor: Cursor, first: string, depth: number): Extent | undefined {
  switch (first) {
    case "(":
      return readGroup(cursor, depth);
    case "[":
      return extentOf(readClass(cursor));
    case "\\":
      return extentOf(readEscape(cursor));
    case "^":
    case "$":
      cursor.at += 1;
      return undefined;
    case "*":
    case "+":
    case "?":
      return refused(cursor, "a repetition of nothing", first, ESCAPED);
    case "{":
    case "}":
      return refused(cursor, "a brace that is no count", first, ESCAPED);
    case "]":
      return refused(cursor, "a ']' without its '['", first, ESCAPED);
    default:
      cursor.at += characterAt(cursor).length;
      return first === "." ? ANY : CHARACTER;
  }
}

const CHARACTER: Extent = { size: SIZE_OF_CHARACTER, count: 1 };
const ANY: Extent = { size: SIZE_OF_ANY, count: 1 };

function extentOf(size: number | undefined): Extent | undefined {
  return size === undefined ? undefined : { size, count: 1 };
}

function refused(cursor: Cursor, what: string, text: string, instead?: string): Extent {
  fail(cursor, what, text, instead);
  return EMPTY;
}

function readGroup(cursor: Cursor, depth: number): Extent {
  const start = cursor.at;
  if (depth === MAX_DEPTH) return refused(cursor, `groups more than ${MAX_DEPTH} deep`, "(");
  openGroup(cursor);
  const inner = readAlternatives(cursor, depth + 1);
  closeGroup(cursor, start);
  return together(inner, EMPTY);
}

/** RE2 stops at a height of 1000, to which a group may add four. */
const MAX_DEPTH = 100;

/** What repeats an atom, where anything does. */
function readRepetition(cursor: Cursor, atom: Extent | undefined): Extent {
  const [text, low, open, high] = found(cursor, REPETITION) ?? [];
  if (text === undefined) return atom ?? EMPTY;
  if (atom === undefined) return refused(cursor, "a repetition of what has no width", text);
  const [least, most] = [Number(low ?? 0), Number(high ?? low ?? 1)];
  if (least > most) return refused(cursor, "a count that ends below its beginning", text);
  const times = Math.max(most, 1);
  const count = atom.count * times;
  if (count > MAX_COUNT) return refused(cursor, "a count that is too large", text, TOO_OFTEN);
  const from = cursor.at;
  cursor.at += text.length;
  const second = found(cursor, REPETITION)?.[0];
  if (second === undefined) return { size: (atom.size + 2) * (times + (open === undefined ? 0 : 1)), count };
  cursor.at = from;
  const isPossessive = second.startsWith("+") && !LAZY.test(text);
  return refused(cursor, isPossessive ? "a possessive repetition" : "a repetition of a repetition", text + second);
}

/** A count may leave out its end, and a `?` makes what stands before it match as little as it can. */
const REPETITION = /(?:[*+?]|\{(0|[1-9]\d{0,8})(?:(,)([1-9]\d{0,8}|0)?)?\})\??/y;
const LAZY = /.\?$/;

/** RE2's own limit, of a count and of the product of counts inside each other. */
const MAX_COUNT = 1000;
const TOO_OFTEN = `at most ${MAX_COUNT} times, counts inside counts multiplied`;
