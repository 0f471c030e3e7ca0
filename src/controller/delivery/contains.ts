import { isSameJson } from "#api/same-json.ts";
import { isSameQuantity } from "#kube/quantity.ts";

/**
 * Whether an object holds all that is wanted, whatever the API server and others have
 * added. Lists have to be as long, and hold it place by place; selectors have to be the
 * same, since each word more selects less.
 */
export function contains(present: unknown, wanted: unknown): boolean {
  return holds(present, wanted, (a, b) => a === b);
}

type Same = (present: unknown, wanted: unknown) => boolean;

function holds(present: unknown, wanted: unknown, isSame: Same): boolean {
  if (Array.isArray(wanted)) {
    return (
      Array.isArray(present) &&
      present.length === wanted.length &&
      wanted.every((item, index) => holds(present[index], item, isSame))
    );
  }
  if (!isObject(wanted)) return isSame(present, wanted);
  if (!isObject(present)) return false;
  return Object.entries(wanted).every(([key, value]) => {
    if (key === SELECTOR) return isSameJson(present[key], value);
    return holds(present[key], value, key === RESOURCES ? isSameQuantity : isSame);
  });
}

/**
 * What is wanted, laid over what is there: fields that it does not name stay as others
 * have them. Lists and selectors become ours whole. Of their items the containers and
 * ports keep what else they had; of the others each is one of several forms, which
 * cannot be beside what it has become.
 */
export function laidOver(present: unknown, wanted: unknown): unknown {
  if (!isObject(present) || !isObject(wanted)) return wanted;
  const laid = Object.entries(wanted).map(([key, value]) => [key, fieldLaidOver(key, present[key], value)] as const);
  return { ...present, ...Object.fromEntries(laid) };
}

function fieldLaidOver(key: string, present: unknown, wanted: unknown): unknown {
  if (contains({ [key]: present }, { [key]: wanted })) return present;
  if (key === SELECTOR || key === PROBE) return wanted;
  if (!Array.isArray(wanted)) return laidOver(present, wanted);
  const found: readonly unknown[] = Array.isArray(present) ? present : [];
  return wanted.map((item: unknown) => {
    const same = found.find((one) => isNamedAs(one, item));
    return contains(same, item) ? same : ENDURING.has(key) ? laidOver(same, item) : item;
  });
}

const SELECTOR = "selector";
const RESOURCES = "resources";
const PROBE = "readinessProbe";
const ENDURING: ReadonlySet<string> = new Set(["containers", "ports"]);

function isNamedAs(present: unknown, wanted: unknown): boolean {
  return isObject(present) && isObject(wanted) && wanted["name"] !== undefined && present["name"] === wanted["name"];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
