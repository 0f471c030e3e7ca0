import type { Kind } from "#api/kind.ts";
import { ACTIONS, type Action } from "#api/kinds/ai-gateway-policy.ts";
import type { ApprovedModel } from "#api/kinds/approved-model.ts";
import type { KubernetesObject } from "#api/object-meta.ts";
import type { Violation } from "#api/violation.ts";
import { dependentsOf } from "#policy/approval-dependents.ts";
import type { NamedAction } from "#policy/effective-policy.ts";
import type { PolicyLookup } from "#policy/policy-lookup.ts";
import { isStoredKind, type StoredObject } from "#policy/stored-objects.ts";
import { withoutCredentials } from "./credential.ts";
import { sayEnded } from "./describe.ts";
import { inUse } from "./rules/in-use.ts";

/** Deletes an object although others depend on it. */
const FORCE_DELETION_ANNOTATION = "gateway.example.com/force-deletion";

export interface DeletionFacts {
  readonly lookup: PolicyLookup;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * What speaks against deleting an object of good shape: that stored objects
 * depend on it. What comes of it is decided by the policies for these, of which
 * the strictest counts.
 */
export function deletionViolations(kind: Kind, object: KubernetesObject, facts: DeletionFacts): readonly Violation[] {
  if (object.metadata.annotations?.[FORCE_DELETION_ANNOTATION] === "true") return [];
  const use = strictestUse(usersOf(kind, object, facts), actionWhereNoneIsNamed(kind), facts);
  if (use.action === "Off") return [];
  const origin = use.named === undefined ? inUse.id : `${inUse.id}, ${use.named.source}`;
  return [
    {
      rule: inUse.id,
      path: "metadata.name",
      kind: "Forbidden",
      message: withoutCredentials(`Forbidden: ${detailOf(use.users)} (${origin})${use.ended}`),
      action: use.action,
      excused: false,
      ...(use.named !== undefined && { source: use.named.source, sourceField: use.named.field }),
    },
  ];
}

/** What a team takes out of its own namespace it can put there again. */
function actionWhereNoneIsNamed({ scope }: Kind): Action {
  return scope === "Cluster" ? inUse.action : "Warn";
}

function usersOf({ kind }: Kind, object: KubernetesObject, { lookup, now }: DeletionFacts): Iterable<StoredObject> {
  const { namespace = "", name = "" } = object.metadata;
  if (kind === "AIGatewayClass") return lookup.configsOfClass(name);
  if (kind === "ApprovedModel") return dependentsOf(object as ApprovedModel, lookup, now);
  return isStoredKind(kind) ? lookup.objectsIn(namespace).usersOf(kind, name) : [];
}

interface Use {
  readonly action: Action;
  /** The policy's word on it, if there is one. */
  readonly named: NamedAction | undefined;
  /** An exception that has ended, in words. */
  readonly ended: string;
  /** Some of the users for whom it is as strict as this, by `namespace/name`. */
  readonly users: Map<string, StoredObject>;
}

/** Looks no further than it has to: three users are enough to name, and nothing is stricter than Deny. */
function strictestUse(users: Iterable<StoredObject>, otherwise: Action, { lookup, now }: DeletionFacts): Use {
  let strictest: Use = { action: "Off", named: undefined, ended: "", users: new Map() };
  for (const user of users) {
    if (lookup.isTerminating(user.namespace)) continue; // it goes as well
    const policy = lookup.effectivePolicy(user, now);
    const named = policy.actions.get(inUse.id);
    const action = named?.value ?? otherwise;
    if (ACTIONS.indexOf(action) > ACTIONS.indexOf(strictest.action)) {
      strictest = {
        action,
        named,
        ended: sayEnded(inUse.id, policy.expiredExceptions),
        users: new Map(),
      };
    }
    if (action === strictest.action && strictest.users.size <= MOST_NAMED)
      strictest.users.set(`${user.namespace}/${user.name}`, user);
    if (strictest.action === "Deny" && strictest.users.size > MOST_NAMED) break;
  }
  return strictest;
}

const MOST_NAMED = 3;

function detailOf(users: ReadonlyMap<string, StoredObject>): string {
  const named = Array.from(users).slice(0, MOST_NAMED);
  const kinds = new Set(named.map(([, { kind }]) => kind));
  const names = named.map(([key, { kind }]) => (kinds.size === 1 ? key : `${kind} ${key}`)).join(", ");
  const others = users.size > MOST_NAMED ? " and others" : "";
  const who = kinds.size === 1 ? Array.from(kinds, pluralOf).join("") : "objects";
  const annotation = `${FORCE_DELETION_ANNOTATION}=true`;
  return `must not be deleted while ${who} depend on it: ${names}${others}; the annotation ${annotation} forces it`;
}

function pluralOf(kind: string): string {
  return kind.endsWith("y") ? `${kind.slice(0, -1)}ies` : `${kind}s`;
}
