import { withoutCredentials } from "./without-credentials.ts";

/**
 * A text that any terminal, HTTP header and log may be given: no control or
 * formatting characters, nothing that looks like a credential, at most `limit` runes.
 */
export function plainText(text: string, limit: number): string {
  // Nobody reads beyond: bounds the work on a hostile text. A rune is at most two code units.
  const head = withoutCredentials(text.length > limit * 2 ? text.slice(0, limit * 2 + 1) : text);
  const clean = NOT_PLAIN.test(head) ? head.replace(ALL_NOT_PLAIN, " ") : head;
  const whole = clean.toWellFormed();
  if (whole.length <= limit) return whole;
  const runes = Array.from(whole);
  return runes.length <= limit ? whole : `${runes.slice(0, limit - 1).join("")}…`;
}

/** Controls, bidirectional and zero-width formatting, line and paragraph separators. */
const NOT_PLAIN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
const ALL_NOT_PLAIN = new RegExp(NOT_PLAIN, "gu");

/** Characters as Go counts them. */
export function runeCount(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}
