import { CREDENTIAL_NAMES, CREDENTIAL_PATTERNS, SUSPICIOUS_NAMES } from "./credential-patterns.ts";
import { isSecretReference, isVariableReference } from "./reference.ts";

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
 * of three words. Most texts have neither, and to see that is far cheaper.
 */
function couldHoldKnown(text: string): boolean {
  let run = 0;
  for (let index = 0; index < text.length; index += 1) {
    run = IN_A_ROW[text.charCodeAt(index)] === 1 ? run + 1 : 0;
    if (run === SHORTEST_RUN) return true;
  }
  return text.includes("Key=") || text.includes("earer ") || text.includes("-----BEGIN");
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
  const isCredential =
    isLiteral(value) && (isOneOf(CREDENTIAL_NAMES, name) || (isOneOf(SUSPICIOUS_NAMES, name) && looksRandom(value)));
  return isCredential ? "a credential" : undefined;
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

function isOneOf(names: ReadonlySet<string>, name: string): boolean {
  const plain = name.slice(0, MAX_NAME).toLowerCase().replace(SEPARATORS, "");
  return names.has(plain) || (plain.endsWith("s") && names.has(plain.slice(0, -1)));
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

/** A digit among other characters, and at least as varied as a password: `team-secret` is a name. */
function looksRandom(value: string): boolean {
  return /\d/.test(value) && /\D/.test(value) && !/\s/.test(value) && entropy(value.slice(0, MAX_MEASURED)) >= MIN_BITS;
}

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
