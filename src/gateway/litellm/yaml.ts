/**
 * JSON as YAML 1.1 reads it too. The differences: YAML lets no control character
 * stand as it is, takes some for line breaks, and knows no halves of characters.
 */
export function yamlOf(json: string): string {
  const whole = json.replaceAll(ESCAPE, (escape, half: string | undefined) =>
    half === undefined ? escape : "\\ufffd",
  );
  return `${whole.replaceAll(NOT_PRINTABLE, escaped)}\n`;
}

/** As `JSON.stringify` writes them; one that is half a character is told from a backslash that is meant. */
const ESCAPE = /\\(?:u(d[89a-f][0-9a-f]{2})|.)/g;

// oxlint-disable-next-line no-control-regex -- they are what is looked for
const NOT_PRINTABLE = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g;

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
