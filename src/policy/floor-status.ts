import type { ApprovedModel } from "#api/kinds/approved-model.ts";
import { type ApprovalsInFloor, approvalsInFloor } from "./approvals-in-floor.ts";
import { deniedByDefault, type NamedPolicy } from "./denied-by-default.ts";
import { type Labels, selects } from "./label-selector.ts";

/** What the status of policies for the floor is computed from. */
export interface FloorFacts {
  readonly policies: readonly NamedPolicy[];
  readonly approvals: readonly ApprovedModel[];
  /** Labels of every namespace, by its name. */
  readonly namespaces: ReadonlyMap<string, Labels>;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** The part of an AIGatewayPolicy's status that the admission floor reads, and what is to be said about it. */
export interface FloorStatus {
  /** Absent where there is too much of it: then the floor says nothing about approvals. */
  readonly approved?: ApprovalsInFloor;
  readonly deniedByDefault: readonly string[];
  readonly condition: {
    readonly type: "ApprovalsInFloor";
    readonly status: "True" | "False";
    readonly reason: string;
    readonly message: string;
  };
}

/**
 * Computed anew when a policy, an approval or a namespace changes, and when an approval
 * ends. Yields after each step.
 */
export function* floorStatus(policy: NamedPolicy, facts: FloorFacts): Generator<undefined, FloorStatus> {
  const namespaces = new Map<string, Labels>();
  for (const [name, labels] of facts.namespaces) {
    if (isFor(policy, labels)) namespaces.set(name, labels);
    yield;
  }
  const others: NamedPolicy[] = [];
  for (const other of facts.policies) {
    if (other.name !== policy.name && other.spec.mode === "Enforce" && isForSome(other, namespaces)) others.push(other);
    yield;
  }
  const approved = yield* approvalsInFloor(facts.approvals, namespaces, facts.now);
  const denied = deniedByDefault(policy, others);
  if ("reason" in approved) return { deniedByDefault: denied, condition: conditionOf("False", approved) };
  const message = "the admission floor judges which models are approved where `unapproved-model` is 'Deny'";
  return { approved, deniedByDefault: denied, condition: conditionOf("True", { reason: "Flattened", message }) };
}

function isFor({ spec }: NamedPolicy, labels: Labels): boolean {
  return selects(spec.namespaceSelector ?? {}, labels);
}

function isForSome(policy: NamedPolicy, namespaces: ReadonlyMap<string, Labels>): boolean {
  for (const labels of namespaces.values()) if (isFor(policy, labels)) return true;
  return false;
}

function conditionOf(status: "True" | "False", { reason, message }: { reason: string; message: string }) {
  return { type: "ApprovalsInFloor", status, reason, message } as const;
}
