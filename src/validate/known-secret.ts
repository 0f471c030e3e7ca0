/** What may be said of a value of a Secret, which never leaves the place where it was read. */
export type SecretValueState = "sound" | "empty" | "padded" | "malformed";

/** A Secret, without its values. */
export interface KnownSecret {
  /** The state of each key's value; undefined where something else will fill the Secret. */
  readonly values: ReadonlyMap<string, SecretValueState> | undefined;
}

/** The Secrets that may be read. */
export interface SecretLookup {
  find(namespace: string, name: string): KnownSecret | undefined;
  namesIn(namespace: string): Iterable<string>;
  /** A namespace that has a Secret of this name, if one has. */
  namespaceOf(name: string): string | undefined;
}

/** What there is to know about a Secret's `data`, in base64, and `stringData`, which the API server puts over it. */
export function knownSecret(data: unknown, stringData: unknown): KnownSecret {
  const values = new Map<string, SecretValueState>();
  for (const [key, value] of entriesOf(data)) values.set(key, stateOfBase64(value));
  for (const [key, value] of entriesOf(stringData)) values.set(key, stateOf(String(value)));
  return { values };
}

function entriesOf(map: unknown): readonly (readonly [string, unknown])[] {
  return typeof map === "object" && map !== null && !Array.isArray(map) ? Object.entries(map) : [];
}

function stateOfBase64(value: unknown): SecretValueState {
  if (value === null || value === "") return "empty";
  if (typeof value !== "string" || !BASE64.test(value)) return "malformed";
  return stateOf(Buffer.from(value, "base64").toString("latin1"));
}

/** Go's decoder, which the API server uses, passes over line breaks only. */
const BASE64 = /^(?:[A-Za-z0-9+/\r\n])*={0,2}[\r\n]*$/;

/** What is added in front or behind by `echo` or an editor is sent with the rest, and refused by the other side. */
function stateOf(value: string): SecretValueState {
  if (value.trim() === "") return "empty";
  return value.trim() === value ? "sound" : "padded";
}
