import type { Kind } from "#api/kind.ts";
import { ACTIONS, type Action } from "#api/kinds/ai-gateway-policy.ts";
import type { ApprovedModel } from "#api/kinds/approved-model.ts";
import type { KubernetesObject } from "#api/object-meta.ts";
import type { Violation } from "#api/violation.ts";
import { dependentsOf } from "#policy/approval-dependents.ts";
import type { PolicyLookup, Subject } from "#policy/policy-lookup.ts";
import { withoutCredentials } from "./credential.ts";
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
  const use = strictestUse(usersOf(kind, object, facts), facts);
  if (use.action === "Off") return [];
  const origin = use.source === undefined ? inUse.id : `${inUse.id}, ${use.source}`;
  return [
    {
      rule: inUse.id,
      path: "metadata.name",
      kind: "Forbidden",
      message: withoutCredentials(`Forbidden: ${detailOf(use.users)} (${origin})`),
      action: use.action,
      excused: false,
      ...(use.source !== undefined && { source: use.source }),
    },
  ];
}

function usersOf(kind: Kind, object: KubernetesObject, { lookup, now }: DeletionFacts): Iterable<Subject> {
  switch (kind.kind) {
    case "AIGatewayClass":
      return lookup.configsOfClass(object.metadata.name ?? "");
    case "ApprovedModel":
      return dependentsOf(object as ApprovedModel, lookup, now);
    default:
      return [];
  }
}

interface Use {
  readonly action: Action;
  readonly source: string | undefined;
  /** Some of the users for whom it is as strict as this, as `namespace/name`. */
  readonly users: Set<string>;
}

/** Looks no further than it has to: three users are enough to name, and nothing is stricter than Deny. */
function strictestUse(users: Iterable<Subject>, { lookup, now }: DeletionFacts): Use {
  let strictest: Use = { action: "Off", source: undefined, users: new Set() };
  for (const user of users) {
    const named = lookup.effectivePolicy(user, now).actions.get(inUse.id);
    const action = named?.value ?? inUse.action;
    if (ACTIONS.indexOf(action) > ACTIONS.indexOf(strictest.action)) {
      strictest = { action, source: named?.source, users: new Set() };
    }
    if (action === strictest.action && strictest.users.size <= MOST_NAMED)
      strictest.users.add(`${user.namespace}/${user.name}`);
    if (strictest.action === "Deny" && strictest.users.size > MOST_NAMED) break;
  }
  return strictest;
}

const MOST_NAMED = 3;

function detailOf(users: ReadonlySet<string>): string {
  const named = [...users].slice(0, MOST_NAMED);
  const others = users.size > MOST_NAMED ? " and others" : "";
  const annotation = `${FORCE_DELETION_ANNOTATION}=true`;
  return `must not be deleted while AIGatewayConfigs depend on it: ${named.join(", ")}${others}; the annotation ${annotation} forces it`;
}
