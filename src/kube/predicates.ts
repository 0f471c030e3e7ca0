import type { Change, Updated } from "./change.ts";
import type { Resource } from "./resource.ts";

/** Whether a change is worth a reconcile. */
export type Predicate<R extends Resource> = (change: Change<R>) => boolean;

/** Leaves out updates that did not touch the spec: writes of status and metadata do not raise the generation. */
export function generationChanged(change: Change<Resource>): boolean {
  return isNews(change) || change.old.metadata.generation !== change.object.metadata.generation;
}

/** Leaves out repetitions of a resync. */
export function resourceVersionChanged(change: Change<Resource>): boolean {
  return isNews(change) || change.old.metadata.resourceVersion !== change.object.metadata.resourceVersion;
}

export function labelsChanged(change: Change<Resource>): boolean {
  return isNews(change) || !haveSameEntries(change.old.metadata.labels, change.object.metadata.labels);
}

export function annotationsChanged(change: Change<Resource>): boolean {
  return isNews(change) || !haveSameEntries(change.old.metadata.annotations, change.object.metadata.annotations);
}

export function allOf<R extends Resource>(...predicates: readonly Predicate<R>[]): Predicate<R> {
  return (change) => predicates.every((predicate) => predicate(change));
}

export function anyOf<R extends Resource>(...predicates: readonly Predicate<R>[]): Predicate<R> {
  return (change) => predicates.some((predicate) => predicate(change));
}

export function not<R extends Resource>(predicate: Predicate<R>): Predicate<R> {
  return (change) => !predicate(change);
}

/** Not an update, or one to another object: its generation starts again, which controller-runtime's predicate misses. */
function isNews(change: Change<Resource>): change is Exclude<Change<Resource>, Updated<Resource>> {
  return change.type !== "updated" || change.isRecreated;
}

type Entries = Readonly<Record<string, string>>;

function haveSameEntries(a: Entries = {}, b: Entries = {}): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => Object.hasOwn(b, name) && a[name] === b[name]);
}
