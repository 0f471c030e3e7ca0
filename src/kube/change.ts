import type { Resource } from "./resource.ts";

/** What happened to an object, as handlers are told. All objects are shared: never change one. */
export type Change<R extends Resource> = Added<R> | Updated<R> | Deleted<R>;

export interface Added<R extends Resource> {
  readonly type: "added";
  readonly key: string;
  readonly object: R;
  /** It was there when the informer started, or when the handler came late. Objects found by a later list say false. */
  readonly isInInitialList: boolean;
}

export interface Updated<R extends Resource> {
  readonly type: "updated";
  readonly key: string;
  readonly old: R;
  readonly object: R;
  /** Another object under the same name: the old one was deleted and this one made while nobody watched. */
  readonly isRecreated: boolean;
  /** Nothing changed: the handler asked to be shown all objects from time to time. */
  readonly isResync: boolean;
}

export interface Deleted<R extends Resource> {
  readonly type: "deleted";
  readonly key: string;
  /** The last state, with the resource version of the deletion; or the last known one where the deletion was missed. */
  readonly object: R;
  /** The deletion was missed while away, so there may have been states after this one. */
  readonly finalStateUnknown: boolean;
}

/**
 * Told of changes one after another: the next comes when the promise of the
 * last has settled. What it throws is counted and logged, and ends nothing.
 */
export type ChangeHandler<R extends Resource> = (change: Change<R>) => void | Promise<void>;
