import { isSecretReference, isVariableReference } from "#api/reference.ts";
import { CREDENTIAL_NAMES, CREDENTIAL_PATTERNS, SUSPICIOUS_ENDING, SUSPICIOUS_NAMES } from "./credential-patterns.ts";

/** What the credential is that a text holds, by its own look: `an OpenAI key`. */
export function credentialIn(text: string): string | undefined {
  if (text.length < SHORTEST_KNOWN || !couldHoldKnown(text)) return undefined;
  const match = KNOWN.exec(text);
  if (!match) return undefined;
  return CREDENTIAL_PATTERNS[match.slice(1).findIndex((group) => group !== undefined)]?.what;
}

/** Slack's `xoxb-` and ten characters; every other pattern asks for more. */
const SHORTEST_KNOWN = 15;

/**
 * What every pattern asks for: thirteen letters, digits, `_` or `-` in a row, or one
 * of four words. Most texts have neither, and to see that is far cheaper.
 */
function couldHoldKnown(text: string): boolean {
  let run = 0;
  for (let index = 0; index < text.length; index += 1) {
    run = IN_A_ROW[text.charCodeAt(index)] === 1 ? run + 1 : 0;
    if (run === SHORTEST_RUN) return true;
  }
  return text.includes("Key=") || text.includes("earer ") || text.includes("asic ") || text.includes("-----BEGIN");
}

const SHORTEST_RUN = 13;
const IN_A_ROW = Uint8Array.from({ length: 128 }, (_, code) => (/[\w-]/.test(String.fromCharCode(code)) ? 1 : 0));

const KNOWN = new RegExp(
  String.raw`(?<![\w-])(?:${CREDENTIAL_PATTERNS.map(({ pattern }) => `(${pattern})`).join("|")})`,
);

/**
 * A text for everybody's eyes: what is known as a credential by its look is masked.
 * People paste keys into any field, and a message repeats names and words.
 */
export function withoutCredentials(text: string): string {
  return credentialIn(text) === undefined ? text : text.replace(KNOWN_WHOLE, "***");
}

/** A pattern stops as soon as it is sure; the rest of the credential goes with it. */
const KNOWN_WHOLE = new RegExp(String.raw`${KNOWN.source}[\w.~+/=\\\n-]*`, "g");

/** Whether a text is long enough to be one at all. */
export function mayBeCredential(text: string): boolean {
  return text.length >= MIN_LENGTH;
}

/** What the credential is that a field holds, by its name and value together. */
export function credentialAs(name: string, value: string): string | undefined {
  const known = credentialIn(value);
  if (known !== undefined) return known;
  return isLiteral(value) && isNamed(name, value) ? "a credential" : undefined;
}

/**
 * Whether a URL carries a credential: as user info, in a parameter of its query, or
 * by its look anywhere.
 */
export function credentialInUrl(text: string): string | undefined {
  const known = credentialIn(text);
  if (known !== undefined || !CARRIER.test(text)) return known;
  const url = URL.parse(text);
  if (!url) return undefined;
  if (url.username !== "" || url.password !== "") return "user info";
  for (const [name, value] of url.searchParams) {
    const what = credentialAs(name, value);
    if (what !== undefined) return what;
  }
  return undefined;
}

const CARRIER = /[?@]/;

function isNamed(name: string, value: string): boolean {
  const plain = name.slice(0, MAX_NAME).toLowerCase().replace(SEPARATORS, "");
  const single = plain.endsWith("s") ? plain.slice(0, -1) : plain;
  if (CREDENTIAL_NAMES.has(plain) || CREDENTIAL_NAMES.has(single)) return true;
  const isSuspicious = SUSPICIOUS_NAMES.has(plain) || SUSPICIOUS_NAMES.has(single) || SUSPICIOUS_ENDING.test(single);
  return isSuspicious && looksRandom(value);
}

/** The longest name in the tables has 23 letters. */
const MAX_NAME = 64;
const SEPARATORS = /[-_.$ ]/g;

/** Neither empty nor a placeholder nor the place where a value is found. */
function isLiteral(value: string): boolean {
  return (
    value.length >= MIN_LENGTH && !isSecretReference(value) && !isVariableReference(value) && !PLACEHOLDER.test(value)
  );
}

/** Shorter ones are words such as `none` and `jwt`. */
const MIN_LENGTH = 6;
const PLACEHOLDER =
  /^(?:[<{[].*|\$.*|\*+|x+|\.+|(?:env|file|vault|secret|os\.environ)[:/].*|redacted|changeme|optional|required)$/is;

/** A digit among other characters, neither name nor URL, and at least as varied as a password. */
function looksRandom(value: string): boolean {
  if (!MIXED.test(value) || value.includes("://")) return false;
  const measured = value.slice(0, MAX_MEASURED);
  return entropy(measured) >= MIN_BITS && !isMadeOfWords(measured);
}

const MIXED = /^(?=[^\d\s]*\d)(?=\d*[^\d\s])\S*$/;

/** Words and short pieces, as in `gpt-4o-2024-08-06` and `x-tenant-id-v2`; keys have longer pieces without sense. */
function isMadeOfWords(value: string): boolean {
  const pieces = value.split(BETWEEN_WORDS);
  return (
    pieces.length > 1 && pieces.every((piece) => PIECE_OF_NAME.test(piece)) && pieces.some((piece) => WORD.test(piece))
  );
}

const BETWEEN_WORDS = /[-_./:@]/;
const PIECE_OF_NAME = /^(?:(?:[a-z]*(?:[A-Z][a-z]{2,})*|[A-Z]*)\d{0,3}|\d{1,8}[A-Za-z]{0,2}|[A-Za-z0-9]{1,4})$/;
const WORD = /^[A-Za-z]?[a-z]{2,}\d{0,3}$/;

/** Enough to tell; a hostile value may be long. */
const MAX_MEASURED = 256;
/** In bits: eight different characters. */
const MIN_BITS = 24;

/** Shannon's, of the whole text, by how often each character occurs in it. */
function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= count * Math.log2(count / text.length);
  return bits;
}
