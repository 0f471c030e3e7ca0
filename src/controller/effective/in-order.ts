/**
 * Decoded JSON with the fields of every object in the order of their names and
 * without those that are undefined, so that its text depends on nothing but what it
 * says. What is in order already, as all that the API server sends, is not copied.
 */
export function inOrder<T>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  return (Array.isArray(value) ? listInOrder(value) : objectInOrder(value as Fields)) as T;
}

type Fields = Readonly<Record<string, unknown>>;

function listInOrder(list: readonly unknown[]): readonly unknown[] {
  let copy: unknown[] | undefined;
  for (let index = 0; index < list.length; index += 1) {
    const item = inOrder(list[index]);
    if (item !== list[index]) (copy ??= [...list])[index] = item;
  }
  return copy ?? list;
}

function objectInOrder(object: Fields): Fields {
  const names = Object.keys(object);
  if (!isInOrder(names, object)) {
    const present = names.filter((name) => object[name] !== undefined).sort();
    return Object.fromEntries(present.map((name) => [name, inOrder(object[name])]));
  }
  let changed: [string, unknown][] | undefined;
  for (const name of names) {
    const inner = inOrder(object[name]);
    if (inner !== object[name]) (changed ??= []).push([name, inner]);
  }
  // Not by assignment, since a field may be called `__proto__`.
  return changed ? { ...object, ...Object.fromEntries(changed) } : object;
}

function isInOrder(names: readonly string[], object: Fields): boolean {
  let previous = "";
  for (const name of names) {
    if (name < previous || object[name] === undefined) return false;
    previous = name;
  }
  return true;
}
