/**
 * Whether a credential's value refers to one instead of being one. A reference that
 * is misspelt counts too: the rule environment-reference finds it.
 */
export function isReference(text: string): boolean {
  return looksLikeReference(text);
}

/** Whether a text begins like a reference, but is none. */
export function isMalformedReference(text: string): boolean {
  return looksLikeReference(text) && !isSecretReference(text) && !isVariableReference(text);
}

function looksLikeReference(text: string): boolean {
  return text.startsWith("${") ? text.endsWith("}") : SCHEME.test(text);
}

const SCHEME = /^secret:/i;

/** Whether a text is `secret://NAME/KEY`: a key of a Secret in the object's own namespace. */
export function isSecretReference(text: string): boolean {
  return SECRET.test(text);
}

/** The key of a Secret that a text refers to, if it does. */
export function secretKeyOf(text: string): SecretKey | undefined {
  const [, name, key] = SECRET.exec(text) ?? [];
  return name !== undefined && key !== undefined ? { name, key } : undefined;
}

/** A key of a Secret of the object's own namespace. */
export interface SecretKey {
  readonly name: string;
  readonly key: string;
}

/** An object's name (DNS-1123 subdomain) and a key as ConfigMaps and Secrets allow it. */
const SECRET = /^secret:\/\/([a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?)\/([-._a-zA-Z0-9]{1,253})$/;

/** Whether a text is `${NAME}`: a variable of the gateway's environment, and nothing else. */
export function isVariableReference(text: string): boolean {
  return VARIABLE.test(text);
}

const VARIABLE = /^\$\{[A-Za-z_][A-Za-z0-9_]{0,252}\}$/;

/**
 * Names of the variables that a text mentions as `${NAME}` anywhere, also with
 * something behind the name, as in `${NAME:-default}`, since some gateways expand
 * those.
 */
export function variablesIn(text: string): readonly string[] {
  return text.includes("${") ? Array.from(text.matchAll(MENTION), ([, name = ""]) => name) : NONE;
}

const NONE: readonly string[] = [];
const MENTION = /\$\{\s{0,8}([A-Za-z_][A-Za-z0-9_]{0,252})/g;

/** A text with as many letters in the place of each `${NAME}`, for rules about what stands around it. */
export function withoutVariables(text: string): string {
  return text.includes("${") ? text.replaceAll(WHOLE_MENTION, (mention) => "x".repeat(mention.length)) : text;
}

const WHOLE_MENTION = /\$\{[A-Za-z_][A-Za-z0-9_]{0,252}\}/g;
