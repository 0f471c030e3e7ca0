import { type RelativePath, valueAt } from "#api/field-path.ts";
import type { Rendered } from "#gateway/rendering.ts";
import { plainText } from "#review/plain-text.ts";
import { endpointName } from "../admin/endpoint-name.ts";
import type { Answered } from "../admin/gateway-client.ts";

/** What one instance says of the configuration that it is to run. */
export type Confirmation = Confirmed | Unconfirmed;

export interface Confirmed {
  readonly type: "confirmed";
}

/**
 * - `differs`: it runs another configuration, or not all of this one yet;
 * - `refused`: it says that it will not run this one;
 * - `unexpected`: it answers something that is no such word;
 * - `unreachable`: it does not answer.
 */
export interface Unconfirmed {
  readonly type: "differs" | "refused" | "unexpected" | "unreachable";
  /** In plain words; holds no secret. */
  readonly message: string;
}

/** What an instance is to confirm. */
export interface Expected {
  readonly hash: string;
  readonly rendered: Rendered;
}

/** Asks one instance, by as many requests as its gateway needs. */
export type Echo = (instance: Instance, expected: Expected) => Promise<Confirmation>;

export interface Instance {
  /** Scheme, host and port, without a path: `http://10.0.0.7:9901`. */
  readonly base: string;
  /** The path that the class names. */
  readonly path: string | undefined;
  /** A good answer to `GET`, or what is wrong instead. Throws only the signal's reason. */
  readonly get: (pathAndQuery: string) => Promise<Answered | Unconfirmed>;
}

export const CONFIRMED: Confirmed = { type: "confirmed" };

/** Another configuration runs: its hash, or an empty text where the gateway knows of none. */
export function differs(instance: Instance, path: string, running: string, { hash }: Expected): Confirmation {
  const other = running === "" ? "no configuration of ours" : quoted(running);
  return { type: "differs", message: `${endpointName(instance.base + path)}: runs ${other} instead of ${hash}` };
}

export function unexpected(instance: Instance, path: string, words: string): Unconfirmed {
  return { type: "unexpected", message: `${endpointName(instance.base + path)}: answers ${words}` };
}

/** A word of a gateway inside a sentence of ours. */
export function quoted(word: string): string {
  return `"${plainText(word, LONGEST_WORD)}"`;
}

/** A hash with its algorithm has 71 characters. */
const LONGEST_WORD = 80;

/** Decoded JSON, undefined for anything else. */
export function jsonOf({ body }: Answered): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return undefined;
  }
}

/** A text in an answer, empty for anything else. */
export function textAt(value: unknown, path: RelativePath): string {
  const text = valueAt(value, path);
  return typeof text === "string" ? text : "";
}
