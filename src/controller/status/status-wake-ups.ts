import type { FactFollower } from "#cluster/fact-followers.ts";
import type { FactObject } from "#cluster/fact-handler.ts";
import type { FactIndex, FactKind } from "#policy/fact-index.ts";
import { upstreamId } from "#policy/model-pattern.ts";
import { referencesOf } from "#policy/references.ts";
import { isStoredKind, sharedModel } from "#policy/stored-objects.ts";
import { isNews } from "../wake-ups.ts";
import { neighboursOf } from "./neighbours.ts";
import { type Marks, markFor } from "./scan-marks.ts";
import type { ToldKind } from "./status-tellers.ts";

export interface StatusWakeUps {
  readonly facts: FactIndex;
  readonly marks: Marks;
  /** Has the status of an object looked at, after a while if given. */
  readonly wake: (kind: ToldKind, key: string, delayMilliseconds?: number) => void;
  /** A dated object came, changed or went. */
  readonly onDated: (kind: "AIGatewayPolicy" | "ApprovedModel", name: string) => void;
}

/** Has every status looked at that may be another after a change of a fact. */
export function statusWakeUps(options: StatusWakeUps): FactFollower {
  const { facts, marks, wake, onDated } = options;
  return (kind, change) => {
    const { object, key } = change;
    if (!isNews(kind, change)) {
      // Mostly our own word. Somebody else's is put right, without two who disagree doing so for ever.
      if (isTold(kind)) wake(kind, key, OTHERS_WORD_MILLISECONDS);
      return undefined;
    }
    const counting = change.type === "added" || change.type === "deleted";
    const look = (at: FactObject) => {
      markFor(kind, at, facts, marks);
      wakeDependents(kind, at, options);
      if (counting) wakePolicies(kind, at, options);
    };
    // Each of what is seen first is looked at itself; nothing is reconciled before all are there.
    const isSeenFirst = change.type === "added" && change.isInInitialList;
    if (change.type !== "added") look(change.type === "updated" ? change.old : object);
    return () => {
      if (isTold(kind)) wake(kind, key);
      if (isSeenFirst && isStoredKind(kind)) marks.mark(kind, object.metadata.namespace ?? "", object.metadata.name);
      else if (!isSeenFirst && change.type !== "deleted") look(object);
      if (kind === "AIGatewayPolicy" || kind === "ApprovedModel") onDated(kind, key);
    };
  };
}

const OTHERS_WORD_MILLISECONDS = 60_000;

/** Counts need not follow each of many changes. */
const COUNTING_MILLISECONDS = 1000;

function isTold(kind: FactKind): kind is ToldKind {
  return kind !== "Namespace" && kind !== "AIGatewayConfig";
}

/** Those of the platform team whose status says something of an object, or of others like it. */
function wakeDependents(
  kind: FactKind,
  { metadata: { namespace = "", name } }: FactObject,
  options: StatusWakeUps,
): void {
  const { facts, wake } = options;
  if (kind === "AIGatewayConfig" || kind === "ModelConfig") wakeUsed(kind, namespace, name, options);
  if (kind === "AIGatewayConfig") wakePartsOfParts([{ namespace, name }], options);
  if (kind === "AIGatewayClass") wakePartsOfParts(facts.configsOfClass(name), options);
  if (kind === "AIGatewayClass")
    for (const other of facts.classNames()) wake("AIGatewayClass", other, COUNTING_MILLISECONDS);
  if (isStoredKind(kind) || kind === "AIGatewayClass") return;
  for (const policy of facts.policies()) wake("AIGatewayPolicy", policy.name, COUNTING_MILLISECONDS);
  if (kind === "Namespace")
    for (const { metadata } of facts.approvals()) wake("ApprovedModel", metadata.name ?? "", COUNTING_MILLISECONDS);
}

/** What gateways have by way of their routes and shared models. What they have by themselves is judged anew, and woken by that. */
function wakePartsOfParts(
  gateways: Iterable<{ readonly namespace: string; readonly name: string }>,
  { facts, wake }: StatusWakeUps,
): void {
  const parts = new Map<string, { readonly kind: "AIRoute" | "ModelConfig"; namespace: string; name: string }>();
  for (const { namespace, name: gateway } of gateways)
    for (const { kind, name } of neighboursOf("AIGatewayConfig", { namespace, name: gateway }, facts))
      if (kind === "AIRoute" || kind === "ModelConfig")
        parts.set(`${kind} ${namespace}/${name}`, { kind, namespace, name }); // which many gateways may share
  for (const { kind, namespace, name } of parts.values()) {
    const objects = facts.objectsIn(namespace);
    const object = objects.get(kind, name);
    const named = object ? referencesOf(kind, object) : [];
    for (const beyond of [...objects.usersOf(kind, name), ...named])
      if (isTold(beyond.kind)) wake(beyond.kind, `${namespace}/${beyond.name}`);
  }
}

/** The class of a gateway, and the approvals of its models or of a shared one. */
function wakeUsed(
  kind: "AIGatewayConfig" | "ModelConfig",
  namespace: string,
  name: string,
  { facts, wake }: StatusWakeUps,
): void {
  const objects = facts.objectsIn(namespace);
  const gateway = kind === "AIGatewayConfig" ? objects.get(kind, name) : undefined;
  const config = kind === "ModelConfig" ? objects.get(kind, name) : undefined;
  const className = gateway && (gateway.spec.gatewayClassName ?? facts.defaultGatewayClass()?.metadata.name);
  if (className !== undefined) wake("AIGatewayClass", className, COUNTING_MILLISECONDS);
  for (const model of [...(gateway?.spec.models ?? []), ...(config ? [sharedModel(config)] : [])])
    for (const { metadata } of facts.approvalsOf(upstreamId(model)))
      wake("ApprovedModel", metadata.name ?? "", COUNTING_MILLISECONDS);
}

/** The policies that count an object. */
function wakePolicies(kind: FactKind, { metadata: { namespace = "" } }: FactObject, options: StatusWakeUps): void {
  if (!isStoredKind(kind)) return;
  for (const policy of options.facts.selecting(namespace))
    options.wake("AIGatewayPolicy", policy, COUNTING_MILLISECONDS);
}
