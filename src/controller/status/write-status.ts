import { isDeepStrictEqual } from "node:util";
import { applyStatus } from "#kube/apply.ts";
import type { Client } from "#kube/client.ts";
import type { Condition } from "#kube/conditions.ts";
import type { EventRecorder } from "#kube/events.ts";
import type { Resource, ResourceType } from "#kube/resource.ts";
import { conditionEvents } from "./condition-events.ts";

/** How a controller writes what it has to say. */
export interface StatusWriting {
  readonly client: Pick<Client, "create" | "patch">;
  readonly fieldManager: string;
  readonly events: Pick<EventRecorder, "record">;
}

/** What every status of ours has. */
export interface Status {
  readonly conditions?: readonly Condition[];
  /** Who speaks of it, where several may. */
  readonly controllers?: readonly string[];
}

export interface StatusWrite<S extends Status> extends StatusWriting {
  readonly type: ResourceType;
  /** As the cache has it, with its status: what the decision is based on. */
  readonly present: Resource & { readonly status?: S };
  readonly status: S;
  readonly signal: AbortSignal;
}

/**
 * Writes our part of a status where it is another than is stored, and an event for each
 * condition that turned. Answers whether there was anything to write: what is
 * right is left alone, since each write wakes whoever watches. An object that was
 * deleted meanwhile is not written.
 */
export async function writeStatus<S extends Status>(write: StatusWrite<S>): Promise<boolean> {
  const { client, type, present, status, fieldManager, events, signal } = write;
  if (isDeepStrictEqual(status, ours(present.status, status))) return false;
  const { group, version, kind } = type;
  const subject = { apiVersion: `${group}/${version}`, kind, metadata: present.metadata };
  const applied = await applyStatus({
    client,
    type,
    wanted: { ...subject, status },
    present: subject,
    fieldManager,
    signal,
  });
  if (!applied) return false;
  for (const event of conditionEvents(present.status?.conditions, status.conditions)) events.record(subject, event);
  return true;
}

/** Conditions of other types are somebody else's, and stay; so are the names of other controllers. */
function ours(stored: Status | undefined, { conditions: wanted, controllers: names }: Status): Status | undefined {
  if (!stored?.conditions || !wanted) return stored;
  const types = new Set(wanted.map(({ type }) => type));
  const controllers = names && stored.controllers?.filter((name) => names.includes(name));
  return {
    ...stored,
    ...(controllers && { controllers }),
    conditions: inOrderOf(wanted, stored.conditions).filter(({ type }) => types.has(type)),
  };
}

/** Whoever else applies conditions may have put them in another order. */
function inOrderOf(wanted: readonly Condition[], stored: readonly Condition[]): readonly Condition[] {
  const order = new Map(wanted.map(({ type }, index) => [type, index]));
  const placeOf = ({ type }: Condition) => order.get(type) ?? order.size;
  return stored.toSorted((one, other) => placeOf(one) - placeOf(other));
}
