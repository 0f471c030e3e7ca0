/**
 * Whether an object holds all that is wanted, whatever the API server and others have
 * added. Lists have to be as long, and hold it place by place. `resources` are passed
 * over, since the API server writes quantities in a form of its own (`1000m` is `1`).
 */
export function contains(present: unknown, wanted: unknown): boolean {
  if (Array.isArray(wanted)) {
    return (
      Array.isArray(present) &&
      present.length === wanted.length &&
      wanted.every((item, index) => contains(present[index], item))
    );
  }
  if (typeof wanted !== "object" || wanted === null) return present === wanted;
  if (typeof present !== "object" || present === null) return false;
  return Object.entries(wanted).every(
    ([key, value]) => key === "resources" || contains((present as Readonly<Record<string, unknown>>)[key], value),
  );
}
