import { DURATION, HEADER_NAME, OBJECT_NAME, VARIABLE_NAME, WINDOW } from "#api/kinds/shared.ts";

/** What a text must be that has to match a pattern; nobody should have to read an expression for what many fields are. */
export function wordsOfPattern(pattern: string): string {
  return WORDS.get(pattern) ?? `must match '${pattern}'`;
}

const WORDS: ReadonlyMap<string, string> = new Map([
  [DURATION, "must be a duration such as '30s', '1m30s' or '250ms'"],
  [WINDOW, "must be a number from 1 to 9999 and one of 's', 'm', 'h', 'd', such as '1m'"],
  [HEADER_NAME, "must be letters, digits, '-', '_' and '.', with a letter or digit first"],
  [VARIABLE_NAME, "must be letters, digits and '_', and not begin with a digit"],
  [OBJECT_NAME, "must be lower case letters, digits, '-' and '.', with a letter or digit at both ends"],
]);
