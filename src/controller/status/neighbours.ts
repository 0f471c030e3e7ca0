import type { FactIndex } from "#policy/fact-index.ts";
import { referencesOf } from "#policy/references.ts";
import type { ObjectName, StoredKind, StoredKinds } from "#policy/stored-objects.ts";

/**
 * The objects of the same namespace of which something else may be found when this one
 * is there, changes or goes: those that name it, those that it names, and those that
 * name the same gateway. Some may come twice.
 */
export function* neighboursOf<K extends StoredKind>(
  kind: K,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  facts: FactIndex,
): Generator<ObjectName> {
  const objects = facts.objectsIn(namespace);
  yield* objects.usersOf(kind, name);
  const object: Pick<StoredKinds[K], "spec"> | undefined = objects.get(kind, name);
  if (!object) return;
  for (const reference of referencesOf(kind, object)) {
    yield reference;
    if (reference.kind === "AIGatewayConfig") yield* objects.usersOf(reference.kind, reference.name);
  }
}
