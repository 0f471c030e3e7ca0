/** A step into an object: a field, or the item of a list by its index, or by its name or type. */
export type Step = string | number | { readonly item: string };

export type FieldPath = readonly Step[];

/** One field that is not what it was. Undefined: it was not there, or is not there any more. */
export interface FieldChange {
  readonly path: FieldPath;
  readonly old: unknown;
  readonly new: unknown;
}

/**
 * What differs between two states of an object, leaf by leaf, in the order of
 * the old one with new fields last. Items of a list are the same item when they
 * have the same `name` or `type`, as in most lists of Kubernetes; where that is
 * not one name for each, when they stand at the same place.
 */
export function fieldChanges(old: unknown, current: unknown): readonly FieldChange[] {
  return differences([], old, current).filter(({ path }) => !isNoise(path));
}

/** What changes with every write and says nothing of its own. */
function isNoise([first, second]: FieldPath): boolean {
  return first === "metadata" && typeof second === "string" && NOISE.has(second);
}

const NOISE: ReadonlySet<string> = new Set(["managedFields", "resourceVersion", "generation"]);

function differences(path: FieldPath, old: unknown, current: unknown): readonly FieldChange[] {
  if (Object.is(old, current)) return [];
  // What came or went is shown by its leaves, unless it has none.
  const [before, after] = [old ?? emptyLike(old, current), current ?? emptyLike(current, old)];
  if (isFields(before) && isFields(after)) return differencesOfFields(path, before, after);
  if (isList(before) && isList(after)) return differencesOfLists(path, before, after);
  return [{ path, old, new: current }];
}

type Fields = Readonly<Record<string, unknown>>;
type List = readonly unknown[];

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isList(value: unknown): value is List {
  return Array.isArray(value);
}

/**
 * For what is absent, or null, beside something with leaves: a value is never
 * shown as a part of something larger, where it would not be known for a secret.
 */
function emptyLike(absent: unknown, other: unknown): unknown {
  if (isList(other)) return other.length > 0 ? [] : absent;
  return isFields(other) && Object.keys(other).length > 0 ? {} : absent;
}

function differencesOfFields(path: FieldPath, old: Fields, current: Fields): readonly FieldChange[] {
  const names = new Set([...Object.keys(old), ...Object.keys(current)]);
  return Array.from(names).flatMap((name) => differences([...path, name], own(old, name), own(current, name)));
}

function own(fields: Fields, name: string): unknown {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

function differencesOfLists(path: FieldPath, old: List, current: List): readonly FieldChange[] {
  const [before, after] = KEYS.map((key) => [byKey(old, key), byKey(current, key)] as const).find(isKeyed) ?? [];
  if (!before || !after) {
    const indices = Array.from({ length: Math.max(old.length, current.length) }, (_, index) => index);
    return indices.flatMap((index) => differences([...path, index], old[index], current[index]));
  }
  const items = new Set([...before.keys(), ...after.keys()]);
  const changes = Array.from(items).flatMap((item) =>
    differences([...path, { item }], before.get(item), after.get(item)),
  );
  return [...changes, ...differencesOfOrder(path, before, after)];
}

/** In order of preference: a container port has both a name and, perhaps, a type. */
const KEYS = ["name", "type"] as const;

type Items = ReadonlyMap<string, unknown>;

function isKeyed(pair: readonly [Items | undefined, Items | undefined]): pair is readonly [Items, Items] {
  return pair[0] !== undefined && pair[1] !== undefined;
}

/** The items by their names, undefined where one has none or shares it. */
function byKey(list: List, key: string): Items | undefined {
  const items = new Map<string, unknown>();
  for (const item of list) {
    const name = isFields(item) ? own(item, key) : undefined;
    if (typeof name !== "string" || items.has(name)) return undefined;
    items.set(name, item);
  }
  return items;
}

/** Of the items that were there and still are; the order of environment variables and routes has a meaning. */
function differencesOfOrder(path: FieldPath, before: Items, after: Items): readonly FieldChange[] {
  const old = Array.from(before.keys()).filter((item) => after.has(item));
  const current = Array.from(after.keys()).filter((item) => before.has(item));
  if (old.every((item, index) => item === current[index])) return [];
  return [{ path: [...path, "(order)"], old, new: current }];
}
