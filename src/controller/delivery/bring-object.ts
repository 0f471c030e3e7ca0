import { CONFIG_HASH_ANNOTATION } from "#api/controller-names.ts";
import { applyGuarded, isAdopted, setFields } from "#kube/apply.ts";
import type { Client } from "#kube/client.ts";
import { isAlreadyExists, isInvalid, KubernetesError } from "#kube/kubernetes-error.ts";
import { controllerOf, isControlledBy } from "#kube/owner-reference.ts";
import type { Resource, ResourceType } from "#kube/resource.ts";
import { unlessGone } from "#kube/unless-gone.ts";
import type { DeliveryOutcome } from "./delivery.ts";

export interface BringOptions<R extends Resource> {
  readonly client: Client;
  readonly type: ResourceType;
  readonly wanted: R;
  readonly owner: Resource;
  readonly fieldManager: string;
  /** Whether an object holds all that is wanted, and nothing that must not be there. */
  readonly isAsWanted: (present: R, wanted: R) => boolean;
  /** Whether an apply would not make it so, as others have added what it leaves, or what cannot be beside ours. */
  readonly needsClearing: (present: R, wanted: R) => boolean;
  /** Fields of the object, each as it is to be whole. */
  readonly clearedFields: (present: R, wanted: R) => Readonly<Record<string, unknown>>;
  /** Whether an object that is not as wanted, or not there, was so before, so that somebody else has changed it. */
  readonly wasAsWanted: (present: R | undefined, wanted: R) => boolean;
  /** Told of such an object, once it is put right. */
  readonly onDrift: () => void;
  readonly signal: AbortSignal;
}

/**
 * Makes an object of the gateway's own namespace what it is to be, and writes nothing
 * if it is. What is there under the name and not the gateway's is left alone.
 */
export async function bringObject<R extends Resource>(options: BringOptions<R>): Promise<DeliveryOutcome> {
  const { wanted, owner, fieldManager, isAsWanted } = options;
  const present = await read<R>(options);
  if (present && !isControlledBy(present, owner)) return strangers(present, wanted, owner);
  const isRight = present !== undefined && isOwnedRight(present, wanted) && isAsWanted(present, wanted);
  // Until then a field that we do not want any more would stay for ever.
  if (isRight && isAdopted(present, fieldManager)) return { type: "delivered", changed: false };
  const isDrift = !isRight && options.wasAsWanted(present, wanted);
  try {
    await write(options, present, isDrift);
  } catch (error) {
    throw isAlreadyExists(error) ? overtaken(error) : error;
  }
  return { type: "delivered", changed: true };
}

async function write<R extends Resource>(
  options: BringOptions<R>,
  present: R | undefined,
  isDrift: boolean,
): Promise<void> {
  const { wanted, isAsWanted, needsClearing, clearedFields, onDrift } = options;
  let isCounted = !isDrift;
  // At once, since it is right from then on, and what follows may be a conflict.
  const onWritten = (written: R) => {
    if (!isCounted && isAsWanted(written, wanted)) onDrift();
    isCounted ||= isAsWanted(written, wanted);
  };
  const apply = (basis: R | undefined) => applyGuarded({ ...options, present: basis, onWritten });
  const clear = async (basis: R) => {
    const cleared = await setFields({ ...options, present: basis }, clearedFields(basis, wanted));
    onWritten(cleared);
    return apply(cleared);
  };
  // First, so that the Pods of a Deployment are replaced once.
  if (present && isDrift && needsClearing(present, wanted)) return void (await clear(present));
  const applied = await apply(present).catch((error: unknown) => {
    if (!present || !isInvalid(error)) throw error;
    return present;
  });
  if (!isAsWanted(applied, wanted)) await clear(applied);
}

function read<R extends Resource>({ client, type, wanted, signal }: BringOptions<R>): Promise<R | undefined> {
  return unlessGone(client.get<R>(type, wanted.metadata, { signal }));
}

/** Labels and annotations of ours are there, whatever others have added. */
function isOwnedRight({ metadata }: Resource, wanted: Resource): boolean {
  return (
    holds(metadata.labels, wanted.metadata.labels) &&
    holds(metadata.annotations, wanted.metadata.annotations) &&
    // Without it the garbage collector lets the owner go before what is its own.
    metadata.ownerReferences?.some(({ controller, blockOwnerDeletion }) => controller && blockOwnerDeletion) === true
  );
}

function holds(present: Readonly<Record<string, string>> = {}, wanted: Readonly<Record<string, string>> = {}): boolean {
  return Object.entries(wanted).every(([key, value]) => present[key] === value);
}

/** Of whatever we deliver: names what it is to hold. */
export function hashOf({ metadata }: Resource): string | undefined {
  return metadata.annotations?.[CONFIG_HASH_ANNOTATION];
}

function strangers(present: Resource, { kind = "", metadata }: Resource, owner: Resource): DeliveryOutcome {
  const controller = controllerOf(present);
  const isPredecessors = controller?.kind === owner.kind && controller?.name === owner.metadata.name;
  const what = `${kind} ${metadata.name}`;
  if (isPredecessors || present.metadata.deletionTimestamp !== undefined) {
    const message = `${what} is left over from an object of the same name and is about to be deleted`;
    return { type: "failed", reason: "LeftOver", message };
  }
  const whose = controller
    ? `belongs to ${controller.kind} ${controller.name}`
    : "was not made for this AIGatewayConfig";
  const message = `${what} is there already and ${whose}: it must be deleted, or the class must name another`;
  return { type: "refused", reason: "NameCollision", message };
}

/** Somebody has made it since it was looked for, as if it had been changed. */
function overtaken(cause: unknown): KubernetesError {
  return new KubernetesError("made by somebody else meanwhile", { code: 409, reason: "Conflict", cause });
}
