import { type Cursor, characterAt, fail, found } from "./cursor.ts";
import { SIZE_OF_CHARACTER, SIZE_OF_LETTERS, SIZE_OF_PROPERTY, SIZE_OF_SET } from "./sizes.ts";

/**
 * Reads what begins with a backslash outside of brackets. Returns the size of what
 * it stands for, undefined where that has no width.
 */
export function readEscape(cursor: Cursor): number | undefined {
  if (!found(cursor, ASSERTION)) return readSet(cursor) ?? sizeOf(readSingle(cursor));
  cursor.at += 2;
  return undefined;
}

/** Edges of words and of the text. */
const ASSERTION = /\\[bBAz]/y;

function sizeOf(single: number | undefined): number {
  return single === undefined ? 0 : SIZE_OF_CHARACTER;
}

/** Reads an escape that stands for a set of characters, if there is one, and returns its size. */
export function readSet(cursor: Cursor): number | undefined {
  const [text, letter, name] = found(cursor, SET) ?? [];
  if (text === undefined) return undefined;
  cursor.at += text.length;
  const property = letter ?? name;
  if (property === undefined) return SIZE_OF_SET;
  return property === "L" || property === "Lo" ? SIZE_OF_LETTERS : SIZE_OF_PROPERTY;
}

/** General categories, and the scripts in which most is written; RE2 knows more, but not under all of Unicode's names. */
const CATEGORIES = "L[ulmto]?|M[nce]?|N[dlo]?|P[cdseifo]?|S[mcko]?|Z[slp]?|C[cf]?";
const SCRIPTS =
  "Arabic|Armenian|Bengali|Cyrillic|Devanagari|Ethiopic|Georgian|Greek|Gujarati|Gurmukhi|Han|Hangul|Hebrew|Hiragana|" +
  "Kannada|Katakana|Khmer|Lao|Latin|Malayalam|Mongolian|Myanmar|Sinhala|Tamil|Telugu|Thai|Tibetan";
const SET = new RegExp(String.raw`\\(?:[dDsSwW]|[pP](?:([LMNPSZC])|\{(${CATEGORIES}|${SCRIPTS})\}))`, "y");

/** Reads an escape that stands for one character, and returns its number; undefined after a fault. */
export function readSingle(cursor: Cursor): number | undefined {
  const [text, control, byte, number, other] = found(cursor, SINGLE) ?? [];
  const code = control === undefined ? codeOf(byte ?? number, other) : CONTROLS[control];
  if (text === undefined || code === undefined || code > LAST_CHARACTER) return refuse(cursor);
  cursor.at += text.length;
  return code;
}

/** A control character by its letter, a number, or punctuation that stands for itself. */
const SINGLE = /\\(?:([afnrtv])|x([0-9A-Fa-f]{2})|x\{([0-9A-Fa-f]{1,8})\}|([!-/:-@[-^`{-~ ]))/y;

const CONTROLS: Readonly<Record<string, number>> = { a: 7, t: 9, n: 10, v: 11, f: 12, r: 13 };
const LAST_CHARACTER = 0x10ffff;

function codeOf(hexadecimal: string | undefined, other: string | undefined): number | undefined {
  return hexadecimal === undefined ? other?.charCodeAt(0) : Number.parseInt(hexadecimal, 16);
}

function refuse(cursor: Cursor): undefined {
  const { at, text } = cursor;
  const next = characterAt({ ...cursor, at: at + 1 });
  const [, what, instead] = REFUSED.find(([pattern]) => pattern.test(next)) ?? [];
  fail(cursor, what ?? "an escape that RE2 does not know", text[at] + next, instead);
}

/** By what follows the backslash. */
const REFUSED: readonly (readonly [next: RegExp, what: string, instead?: string])[] = [
  [/^[1-9kg]$/, "a back-reference", "write out what it refers to"],
  [/^0$/, "an octal number", "as in '\\x0a'"],
  [/^[uUNx]$/, "a number that RE2 does not read", "as in '\\x0a' or '\\x{20ac}'"],
  [/^c$/, "a control character by its letter", "as in '\\x01'"],
  [
    /^[pP]$/,
    "a property that not every RE2 knows",
    "general categories such as '\\p{Lu}', and scripts such as '\\p{Han}'",
  ],
  [/^[QE]$/, "a quotation", "a '\\' before each character"],
  [/^[ZG]$/, "an anchor that RE2 does not know", "'^' and '\\z'"],
  [/^[bBAz]$/, "an edge between brackets, where only characters stand"],
  [/^$/, "a '\\' with nothing behind it", "'\\\\' stands for the character"],
];
