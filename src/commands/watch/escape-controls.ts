/**
 * Whoever may write an object must not write on the terminal of whoever watches
 * it: control characters (escape sequences begin with one), and those that turn
 * the direction of writing or cannot be seen, as `\u001b`. JSON stays the same JSON.
 */
export function escapeControls(text: string): string {
  return text.replace(UNSEEN, (character) =>
    character
      .split("")
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
      .join(""),
  );
}

/** Controls, formats (direction, zero width), line and paragraph separators, half surrogate pairs. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
