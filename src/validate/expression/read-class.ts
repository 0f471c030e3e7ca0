import { type Cursor, characterAt, fail, found } from "./cursor.ts";
import { readSet, readSingle } from "./read-escape.ts";
import { SIZE_OF_CHARACTER, SIZE_OF_SET } from "./sizes.ts";

/** Reads characters between brackets, and returns the size of what they become. */
export function readClass(cursor: Cursor): number {
  const start = cursor.at;
  cursor.at += found(cursor, OPENING)?.[0].length ?? 0;
  if (cursor.text[cursor.at] === "]")
    fail(cursor, "brackets with nothing between them", "]", "'\\]' stands for the character");
  let size = SIZE_OF_SET;
  while (cursor.at < cursor.text.length) {
    if (cursor.text[cursor.at] === "]") {
      cursor.at += 1;
      return size;
    }
    size += readSet(cursor) ?? readNamedSet(cursor) ?? readRange(cursor);
  }
  cursor.at = start;
  fail(cursor, "a '[' without its ']'", "[", "'\\[' stands for the character");
  return size;
}

const OPENING = /\[\^?/y;

function readNamedSet(cursor: Cursor): number | undefined {
  const text = found(cursor, NAMED_SET)?.[0];
  if (text !== undefined) {
    cursor.at += text.length;
    return SIZE_OF_SET;
  }
  if (cursor.text.startsWith("[:", cursor.at))
    fail(cursor, "a class that RE2 does not know", "[:", "as in '[[:alpha:]]'");
  return undefined;
}

const NAMED_SET = /\[:\^?(?:alnum|alpha|ascii|blank|cntrl|digit|graph|lower|print|punct|space|upper|word|xdigit):\]/y;

/** One character, or two with a `-` between them. Beside anything else, a `-` is a character. */
function readRange(cursor: Cursor): number {
  const start = cursor.at;
  const first = readCharacter(cursor);
  if (!found(cursor, TO)) return SIZE_OF_CHARACTER;
  cursor.at += 1;
  const last = readCharacter(cursor);
  if (first === undefined || last === undefined || first <= last) return SIZE_OF_SET;
  cursor.at = start;
  fail(cursor, "a range that ends before it begins", cursor.text.slice(start, start + 3));
  return 0;
}

const TO = /-(?!\])/y;

function readCharacter(cursor: Cursor): number | undefined {
  if (cursor.text[cursor.at] === "\\") return readSingle(cursor);
  const character = characterAt(cursor);
  cursor.at += character.length;
  return character.codePointAt(0);
}
