import { type AIGatewayPolicy, aiGatewayPolicy } from "#api/kinds/ai-gateway-policy.ts";
import type { ApprovalsInFloor } from "#policy/approvals-in-floor.ts";
import type { FactIndex } from "#policy/fact-index.ts";
import { type FloorFacts, floorStatus } from "#policy/floor-status.ts";
import type { Labels } from "#policy/label-selector.ts";
import { STORED_KINDS } from "#policy/stored-objects.ts";
import { acceptedCondition } from "#review/accepted-condition.ts";
import { endsOf } from "./approved-model-status.ts";
import { type Circumstances, earliest, generationOf, type Told } from "./told.ts";
import { unlessEmpty } from "./unless-empty.ts";
import { conditionsOf, no } from "./verdict.ts";
import type { Tally } from "./violation-ledger.ts";

type PolicyStatus = NonNullable<AIGatewayPolicy["status"]>;

/** Pure: the status of a policy of which that was found in the objects that it selects. Yields after each step. */
export function* policyStatus(
  policy: AIGatewayPolicy,
  tally: Tally,
  { facts, now }: Circumstances,
): Generator<undefined, Told<PolicyStatus>> {
  const { name = "" } = policy.metadata;
  const instant = now.getTime();
  const observedGeneration = generationOf(policy);
  const known = facts.policy(name);
  const floorFacts = floorFactsOf(facts, instant);
  yield;
  const { condition, ...floor } = known ? yield* floorStatus(known, floorFacts) : NOT_KNOWN;
  const verdicts = {
    Accepted: acceptedCondition(aiGatewayPolicy, policy, { lookup: facts, now: instant }),
    ApprovalsInFloor: condition,
  };
  yield;
  const status = {
    ...(observedGeneration !== undefined && { observedGeneration }),
    objects: yield* objectsSelectedBy(name, facts),
    ...tally,
    ...(floor.approved && { approved: inFloor(floor.approved) }),
    ...unlessEmpty("deniedByDefault", floor.deniedByDefault),
    conditions: conditionsOf(verdicts, policy.status?.conditions, { observedGeneration, now }),
  };
  return { status, nextChange: yield* nextEnd(policy, floorFacts) };
}

const NOT_KNOWN = {
  approved: undefined,
  deniedByDefault: [],
  condition: no("Invalid", "nothing of the policy can be read"),
};

/** Never empty, since the floor judges models only where approvals are given to it. */
function inFloor({ exact, prefixes, prefixLengths }: ApprovalsInFloor): NonNullable<PolicyStatus["approved"]> {
  return { ...unlessEmpty("exact", exact), ...unlessEmpty("prefixes", prefixes), prefixLengths };
}

function floorFactsOf(facts: FactIndex, now: number): FloorFacts {
  const namespaces = new Map<string, Labels>();
  for (const namespace of facts.namespaces()) namespaces.set(namespace, facts.namespaceLabels(namespace) ?? {});
  return { policies: [...facts.policies()], approvals: [...facts.approvals()], namespaces, now };
}

function* objectsSelectedBy(policy: string, facts: FactIndex): Generator<undefined, number> {
  const selected = facts.selectedBy(policy);
  let count = 0;
  for (const namespace of selected === "every namespace" ? facts.namespacesInUse() : selected) {
    const objects = facts.objectsIn(namespace);
    for (const kind of STORED_KINDS) for (const _ of objects.names(kind)) count += 1;
    yield;
  }
  return count;
}

/** What the floor is told holds until an approval ends, and what Accepted says until a date has come. */
function* nextEnd({ spec }: AIGatewayPolicy, { approvals, now }: FloorFacts): Generator<undefined, number | undefined> {
  let next = earliest(exceptionEnds(spec, now));
  for (const { spec: approval } of approvals) {
    next = earliest([next, ...endsOf(approval, now)]);
    yield;
  }
  return next;
}

/** The instants, in milliseconds since the epoch, at which exceptions of a policy end. Of whatever shape it is. */
export function exceptionEnds({ exceptions }: AIGatewayPolicy["spec"], now: number): readonly number[] {
  if (!Array.isArray(exceptions)) return [];
  return exceptions.flatMap((exception: { readonly expiresAt?: unknown }) => {
    const end = Date.parse(String(exception?.expiresAt));
    return end > now ? end : [];
  });
}
