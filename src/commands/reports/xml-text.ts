/** A text between tags, or in an attribute between double quotes. What XML 1.0 cannot hold becomes a question mark in a diamond. */
export function xmlText(text: string): string {
  return text.replaceAll(NO_CHARACTER, "\uFFFD").replaceAll(/[&<>"\t\n\r]/g, (character) => ESCAPES[character] ?? "");
}

/** All but the characters of XML 1.0, section 2.2; a lone surrogate is none. */
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const NO_CHARACTER = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;

/** White space too, which an attribute would else lose. */
const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\t": "&#9;",
  "\n": "&#10;",
  "\r": "&#13;",
};
