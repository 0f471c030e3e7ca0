import { plainText, runeCount } from "#review/plain-text.ts";
import { type Verdict, warns } from "#review/verdict.ts";

/** The API server cuts longer warnings once their total is over the limit below. */
const MAX_RUNES = 256;

/** What the API server passes on in one answer (apiserver, endpoints/filters/warning.go). */
const MAX_TOTAL_RUNES = 4096;

/** Kept free for the line that says how many more there are. */
const CLOSING_RUNES = 64;

/** What the user is told without being stopped: each once, in the verdict's order, within the API server's limits. */
export function warningsOf({ violations, notices }: Verdict): readonly string[] {
  const sentences = violations
    .filter(warns)
    .map(({ path, message }) => (path === "" ? message : `${path}: ${message}`));
  if (sentences.length + notices.length === 0) return [];
  const distinct = [...new Set([...sentences, ...notices].map((sentence) => plainText(sentence, MAX_RUNES)))];
  const shown: string[] = [];
  let left = MAX_TOTAL_RUNES - CLOSING_RUNES;
  for (const warning of distinct) {
    left -= runeCount(warning);
    if (left < 0) break;
    shown.push(warning);
  }
  const more = distinct.length - shown.length;
  return more === 0 ? shown : [...shown, `and ${more} more warnings, for which there is no room`];
}
