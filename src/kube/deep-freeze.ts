/**
 * Freezes a value and all in it, so that a reader who changes a shared object
 * fails where it does so: client-go's mutation detector, which compares copies
 * every second, in tests.
 */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const inner of Object.values(value)) deepFreeze(inner);
  return value;
}
