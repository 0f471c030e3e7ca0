import type { Resource } from "#kube/resource.ts";

/** A few words on an object of any kind: what state it is in, how much it holds, how old it is. */
export function summaryOf(object: Resource, now: Date): string {
  const { spec, status, data } = object as Parts;
  const { creationTimestamp, deletionTimestamp } = object.metadata;
  return [
    deletionTimestamp === undefined ? undefined : "being deleted",
    typeof status?.["phase"] === "string" ? status["phase"] : undefined,
    readiness(status?.["conditions"]),
    replicas(spec?.["replicas"], status?.["readyReplicas"]),
    typeof data === "object" && data !== null ? counted(Object.keys(data).length, "key") : undefined,
    creationTimestamp === undefined ? undefined : ageText(now.getTime() - Date.parse(creationTimestamp)),
  ]
    .filter((part) => part !== undefined)
    .join(", ");
}

/** `1 key`, `2 keys`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

interface Parts {
  readonly spec?: Readonly<Record<string, unknown>> | null;
  readonly status?: Readonly<Record<string, unknown>> | null;
  readonly data?: unknown;
}

/** The one condition that says whether it works. */
function readiness(conditions: unknown): string | undefined {
  if (!Array.isArray(conditions)) return undefined;
  const known = conditions as readonly ({ readonly type?: unknown; readonly status?: unknown } | null)[];
  const condition = DECISIVE.map((type) => known.find((one) => one?.type === type)).find(Boolean);
  return condition ? `${String(condition.type)}=${String(condition.status)}` : undefined;
}

const DECISIVE = ["Ready", "Available", "Accepted", "Established", "Complete"];

function replicas(wanted: unknown, ready: unknown): string | undefined {
  return typeof wanted === "number" ? `${typeof ready === "number" ? ready : 0}/${wanted} ready` : undefined;
}

/** In the largest unit that has more than one, as kubectl. */
function ageText(milliseconds: number): string | undefined {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (Number.isNaN(seconds)) return undefined;
  const [unit, size] = UNITS.find(([, size]) => seconds >= 2 * size) ?? ["s", 1];
  return `${Math.floor(seconds / size)}${unit} old`;
}

/** Seconds in each. */
const UNITS = [
  ["d", 86_400],
  ["h", 3600],
  ["m", 60],
] as const;
