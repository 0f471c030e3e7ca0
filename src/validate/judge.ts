import { joinPath } from "#api/field-path.ts";
import type { Action } from "#api/kinds/ai-gateway-policy.ts";
import type { Violation } from "#api/violation.ts";
import type { EffectivePolicy } from "#policy/effective-policy.ts";
import { withoutCredentials } from "./credential.ts";
import { describe } from "./describe.ts";
import { isOfPlatform, type Part, type PartKind, type Parts } from "./part.ts";
import { excused, type FoundBy } from "./ratchet.ts";
import type { Facts, Finding, Rule } from "./rule.ts";
import { rulesFor } from "./rules.ts";

/** What a judgement rests on beside the object. */
export type Circumstances = Omit<Facts, "owner" | "approvals">;

/**
 * Every violation of every rule that is not off, in the rules' order. `old` gives
 * the object before an update, whose violations are excused; it is asked only
 * when there is something to excuse.
 */
export function judge(
  parts: Parts,
  old: () => Parts | undefined,
  circumstances: Circumstances,
  rules: readonly Rule[] = rulesFor(parts),
): readonly Violation[] {
  const found = findAll(parts, circumstances, rules);
  if (found.length === 0) return NO_VIOLATIONS;
  const before = old();
  const broken = new Set(found.map(({ by }) => by));
  const forgiven = excused(found, before ? findAll(before, circumstances, [...broken]) : []);
  return found.map((each) => violationOf(each, forgiven.has(each), circumstances));
}

const NO_VIOLATIONS: readonly Violation[] = [];

/** What comes of a rule's violations under a policy. */
export function actionOf(rule: Rule, policy: EffectivePolicy): Action {
  return rule.floor ? "Deny" : (policy.actions.get(rule.id)?.value ?? rule.action);
}

interface Found extends FoundBy {
  readonly by: Rule;
}

/** What every rule that is not off finds in an object, before anything is excused. */
export function findAll(owner: Parts, circumstances: Circumstances, rules: readonly Rule[]): readonly Found[] {
  const facts: Facts = { ...circumstances, owner, approvals: new Map() };
  const found: Found[] = [];
  const kinds = owner.platform ? PLATFORM_PART_KINDS : TEAM_PART_KINDS;
  for (const rule of rules) {
    if (actionOf(rule, facts.policy) === "Off") continue;
    for (const kind of kinds) if (rule.judges[kind]) findIn(rule, kind, facts, found);
  }
  return found;
}

const PARTS_OF: { readonly [K in PartKind]: (owner: Parts) => readonly Part<K>[] } = {
  object: ({ object }) => [object],
  model: ({ models }) => models,
  route: ({ routes }) => routes,
  policy: ({ policies }) => policies,
  limit: ({ limits }) => limits,
  template: ({ templates }) => templates,
  integration: ({ integrations }) => integrations,
  url: ({ urls }) => urls,
  gatewayPolicy: ({ platform }) => platform?.gatewayPolicy ?? [],
  exception: ({ platform }) => platform?.exception ?? [],
  approval: ({ platform }) => platform?.approval ?? [],
  gatewayClass: ({ platform }) => platform?.gatewayClass ?? [],
  selector: ({ platform }) => platform?.selector ?? [],
};

const PART_KINDS = Object.keys(PARTS_OF) as PartKind[];
const TEAM_PART_KINDS = PART_KINDS.filter((kind) => !isOfPlatform(kind));
const PLATFORM_PART_KINDS = PART_KINDS.filter((kind) => isOfPlatform(kind));

function findIn<K extends PartKind>(rule: Rule, kind: K, facts: Facts, found: Found[]): void {
  const claim: ((part: Part<K>, facts: Facts) => readonly Finding[]) | undefined = rule.judges[kind];
  if (!claim) return;
  for (const part of PARTS_OF[kind](facts.owner)) {
    for (const finding of claim(part, facts)) found.push({ rule: rule.id, by: rule, finding });
  }
}

const NONE_ENDED: EffectivePolicy["expiredExceptions"] = [];

/** What is told of a finding. */
export function violationOf({ by, finding }: Found, isExcused: boolean, { policy }: Circumstances): Violation {
  const action = actionOf(by, policy);
  // What denies by itself has its action from no policy, and no exception would help.
  const named = by.floor ? undefined : policy.actions.get(by.id);
  const source = finding.source ?? named?.source;
  const sourceField = finding.source === undefined ? named?.field : finding.sourceField;
  const ended = by.floor ? NONE_ENDED : policy.expiredExceptions;
  const violation = {
    rule: by.id,
    path: withoutCredentials(joinPath(finding.part.path, finding.at)),
    kind: finding.kind,
    message: withoutCredentials(describe(finding, by.id, source, ended)),
    action: finding.advice && action === "Deny" ? "Warn" : action,
    excused: isExcused,
  } as const;
  return {
    ...violation,
    ...(source === undefined ? {} : { source }),
    ...(sourceField === undefined ? {} : { sourceField }),
    ...(finding.absent === undefined ? {} : { absent: finding.absent }),
  };
}
