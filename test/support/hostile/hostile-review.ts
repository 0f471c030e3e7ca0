import { HOSTILE_KEYS } from "../arbitrary-json.ts";
import type { SeededRandom } from "./seeded-random.ts";

export interface HostileReview {
  readonly body: Buffer;
  /** Whether only what stands in `object` and `oldObject` was touched, so that it must be answered as a review. */
  readonly isReview: boolean;
}

/**
 * Spoils a review of a corpus, in ways that are cheap enough for hundreds of
 * thousands: mostly a few values of its tree, sometimes bytes of its text.
 */
export function hostileReview(texts: readonly string[], random: SeededRandom): HostileReview {
  const text = random.oneOf(texts);
  const dice = random.below(10);
  if (dice === 0) return { body: spoiledBytes(Buffer.from(text), texts, random), isReview: false };
  const review = JSON.parse(text) as { request: { object: unknown; oldObject: unknown } };
  if (dice === 1) {
    spoil(review, { texts, random });
    return { body: encoded(review, random), isReview: false };
  }
  spoil(review.request, { texts, random }, ["object", "oldObject"]);
  return { body: encoded(review, random), isReview: true };
}

/** Changes up to four values of a tree; at its root only those under the given keys. */
function spoil(root: object, source: Source, keys?: readonly string[]): void {
  const { random } = source;
  for (let count = 1 + random.below(4); count > 0; count -= 1) {
    let holder = root;
    let key = random.oneOf(keys ?? Object.keys(root));
    for (let depth = random.below(8); depth > 0; depth -= 1) {
      const inner = (holder as Readonly<Record<string, unknown>>)[key];
      const innerKeys = typeof inner === "object" && inner !== null ? Object.keys(inner) : [];
      if (innerKeys.length === 0) break;
      holder = inner as object;
      key = random.oneOf(innerKeys);
    }
    if (holder === root) define(holder, key, replacement(source));
    else spoilField(holder, key, source);
  }
}

/** Where new values come from. */
interface Source {
  readonly texts: readonly string[];
  readonly random: SeededRandom;
}

function replacement({ texts, random }: Source): unknown {
  return random.below(2) === 0 ? filler(random) : subtree(JSON.parse(random.oneOf(texts)), random);
}

function spoilField(holder: object, key: string, source: Source): void {
  const { random } = source;
  const value = (holder as Readonly<Record<string, unknown>>)[key];
  switch (random.below(6)) {
    case 0:
    case 1:
      define(holder, key, replacement(source));
      break;
    case 2:
      if (Array.isArray(holder)) holder.splice(Number(key), 1);
      else Reflect.deleteProperty(holder, key);
      break;
    case 3:
      if (Array.isArray(holder)) holder.push(...Array.from({ length: 1 + random.below(20) }, () => value));
      else define(holder, random.oneOf(HOSTILE_KEYS), value);
      break;
    case 4:
      define(holder, key, [value]);
      break;
    default:
      define(
        holder,
        key,
        typeof value === "string" ? spoiledText(value, random) : { [random.oneOf(HOSTILE_KEYS)]: value },
      );
  }
}

/** Assignment would change the prototype where the key is `__proto__`. */
function define(holder: object, key: string, value: unknown): void {
  Object.defineProperty(holder, key, { value, writable: true, enumerable: true, configurable: true });
}

/** Values that no field expects. Large ones seldom: one costs as much as twenty others. */
function filler(random: SeededRandom): unknown {
  if (random.below(50) === 0) return random.below(2) === 0 ? nested(random.below(3000)) : manyModels(random.below(600));
  return random.oneOf<() => unknown>([
    () => null,
    () => true,
    () => -1,
    () => 0.1,
    () => 2 ** 53 + 2,
    () => 1e308,
    () => "",
    () => "\u0000\uD83D\u202E",
    () => "${API_KEY}",
    () => "https://user:sk-hostile@[::ffff:169.254.169.254]:99999/..//?#",
    () => "x".repeat(random.below(1000)),
    () => [],
    () => ({}),
    () => [null, [], {}],
  ])();
}

function manyModels(length: number): unknown {
  return Array.from({ length }, (_, index) => ({ name: `n${index % 300}` }));
}

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [value] : { __proto__: null, a: value };
  return value;
}

function subtree(root: unknown, random: SeededRandom): unknown {
  let value = root;
  for (let depth = random.below(7); depth > 0; depth -= 1) {
    if (typeof value !== "object" || value === null) break;
    const values = Object.values(value) as unknown[];
    if (values.length === 0) break;
    value = random.oneOf(values);
  }
  return value;
}

function spoiledText(text: string, random: SeededRandom): string {
  const at = random.below(text.length + 1);
  return text.slice(0, at) + random.oneOf(TEXTS) + text.slice(at + random.below(3));
}

const TEXTS = [
  "",
  "@",
  ":",
  "//",
  "%2e",
  "*",
  "${",
  "}",
  "\u0000",
  "\u3002",
  "\uD800",
  "1e9",
  "-",
  "~1",
  "sk-",
  "[",
  "\n",
];

/** Half of the numbers are ones that only JSON's text can hold. */
function encoded(review: unknown, random: SeededRandom): Buffer {
  const text = JSON.stringify(review);
  if (random.below(20) > 0) return Buffer.from(text);
  return Buffer.from(
    text.replace(/:\d+(?=[,}])/, `:${random.oneOf(["1e400", "-0", "9007199254740993", "1.0000000000000000001"])}`),
  );
}

function spoiledBytes(body: Buffer, texts: readonly string[], random: SeededRandom): Buffer {
  const [from, to] = [random.below(body.length), random.below(body.length)];
  switch (random.below(5)) {
    case 0:
      return body.subarray(0, from);
    case 1:
      body[from] = random.below(256);
      return body;
    case 2:
      return Buffer.concat([body.subarray(0, from), body.subarray(to)]);
    case 3:
      return Buffer.concat([body.subarray(0, from), Buffer.from(random.oneOf(TOKENS)), body.subarray(from)]);
    default:
      return Buffer.concat([body.subarray(0, from), Buffer.from(random.oneOf(texts)).subarray(to)]);
  }
}

const TOKENS = [
  "{",
  "}",
  "[",
  "]",
  ",",
  '"',
  ":null,",
  '"__proto__":{},',
  "\\u0000",
  "\uFEFF",
  "1e400",
  "\u0000",
  "//",
];
