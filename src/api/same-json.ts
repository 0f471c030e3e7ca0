/** Deeper than any object that people write, and far from where the stack ends. */
const MAX_DEPTH = 256;

/**
 * Whether two decoded JSON values are equal, whatever the order of keys. Stops at
 * the first difference and allocates nothing. Values nested deeper than
 * `MAX_DEPTH` count as different. Integers beyond 2^53 are as the decoder left
 * them: two that it could not tell apart are equal.
 */
export function isSameJson(left: unknown, right: unknown): boolean {
  return isSame(left, right, MAX_DEPTH);
}

function isSame(left: unknown, right: unknown, depth: number): boolean {
  if (left === right) return true;
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) return false;
  if (depth === 0) return false;
  if (Array.isArray(left)) return Array.isArray(right) && haveSameItems(left, right, depth - 1);
  return !Array.isArray(right) && haveSameFields(left as Fields, right as Fields, depth - 1);
}

type Fields = Readonly<Record<string, unknown>>;

function haveSameItems(left: readonly unknown[], right: readonly unknown[], depth: number): boolean {
  if (left.length !== right.length) return false;
  for (let index = 0; index < left.length; index++) {
    if (!isSame(left[index], right[index], depth)) return false;
  }
  return true;
}

/** Own fields only, so that `__proto__` and `constructor` are keys like any other. */
function haveSameFields(left: Fields, right: Fields, depth: number): boolean {
  let surplus = 0;
  for (const name in left) {
    if (!Object.hasOwn(left, name)) continue;
    if (!Object.hasOwn(right, name) || !isSame(left[name], right[name], depth)) return false;
    surplus++;
  }
  for (const name in right) {
    if (Object.hasOwn(right, name)) surplus--;
  }
  return surplus === 0;
}
