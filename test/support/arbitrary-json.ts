/** Generators of JSON that no schema would accept. */
import fc from "fast-check";

/** Keys that break careless code: prototypes, JSON pointers, the empty name. */
export const HOSTILE_KEYS = ["__proto__", "constructor", "prototype", "", "a/b~c", "~1", "0", "-", "toString"] as const;

const FIELD_NAMES = [
  "metadata",
  "labels",
  "spec",
  "models",
  "name",
  "auth",
  "rateLimits",
  "timeouts",
  "routes",
] as const;

/** Any JSON value, with many keys that break careless code. */
export const hostileValue: fc.Arbitrary<unknown> = decoded(
  fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      fc.constantFrom<unknown>(null, true, 0, -1, 1.5, 2 ** 60, 1e300, "", "1000", "gpt-4o", [], {}),
      fc.string(),
      fc.array(tie("value"), { maxLength: 3 }),
      fc.dictionary(fc.oneof(fc.constantFrom(...HOSTILE_KEYS, ...FIELD_NAMES), fc.string()), tie("value"), {
        maxKeys: 4,
      }),
    ),
  })).value,
);

/** Breaks up to four places of a generated object, each in its own way. */
export function broken(values: fc.Arbitrary<object>): fc.Arbitrary<unknown> {
  return fc.tuple(values, fc.array(damage, { minLength: 1, maxLength: 4 })).map(([value, damages]) => {
    const copy: object = asJson(value);
    for (const { place, action, filler } of damages) {
      const holders = containersIn(copy);
      const holder = holders[place % holders.length];
      if (holder !== undefined) spoil(holder, action, asJson(filler));
    }
    return copy;
  });
}

interface Damage {
  readonly place: number;
  readonly action: { readonly way: "insert" | "replace" | "remove"; readonly at: number; readonly key: string };
  readonly filler: unknown;
}

const damage: fc.Arbitrary<Damage> = fc.record({
  place: fc.nat(1000),
  action: fc.record({
    way: fc.constantFrom("insert" as const, "replace" as const, "remove" as const),
    at: fc.nat(100),
    key: fc.constantFrom(...HOSTILE_KEYS, ...FIELD_NAMES),
  }),
  filler: hostileValue,
});

function containersIn(value: unknown): object[] {
  if (typeof value !== "object" || value === null) return [];
  return [value, ...Object.values(value).flatMap(containersIn)];
}

function spoil(holder: object, { way, at, key }: Damage["action"], filler: unknown): void {
  const keys = Object.keys(holder);
  const victim = keys[at % keys.length] ?? "0";
  if (way === "insert") define(holder, Array.isArray(holder) ? String(holder.length) : key, filler);
  else if (way === "replace") define(holder, victim, filler);
  else if (Array.isArray(holder)) holder.splice(at % (keys.length || 1), 1);
  else Reflect.deleteProperty(holder, victim);
}

/** Assignment would change the prototype where the key is `__proto__`. */
function define(holder: object, key: string, value: unknown): void {
  Object.defineProperty(holder, key, { value, writable: true, enumerable: true, configurable: true });
}

/** What the generator gives, as the decoder of JSON would give it: plain prototypes, nothing shared. */
export function decoded<T>(values: fc.Arbitrary<T>): fc.Arbitrary<T> {
  return values.map(asJson);
}

export function asJson<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}
