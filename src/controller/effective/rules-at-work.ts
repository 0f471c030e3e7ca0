import type { EffectivePolicy } from "#policy/effective-policy.ts";
import { actionOf } from "#validate/judge.ts";
import { isAboutPlatform, type Rule } from "#validate/rule.ts";
import { duplicateModel } from "#validate/rules/duplicate-model.ts";
import { duplicateRoute } from "#validate/rules/duplicate-route.ts";
import { fallbackGraph } from "#validate/rules/fallback-graph.ts";
import { nameCollision, ownNameCollision } from "#validate/rules/name-collision.ts";
import { size } from "#validate/rules/size.ts";
import { unresolvedReference } from "#validate/rules/unresolved-reference.ts";
import { unsupportedByGateway } from "#validate/rules/unsupported-by-gateway.ts";
import { RULES } from "#validate/rules.ts";

/**
 * Rules about what comes together in one gateway. At admission they see what one
 * object makes of it; here all that is attached is known, and they judge the whole.
 */
const GATEWAY_RULES: readonly Rule[] = [fallbackGraph, unsupportedByGateway, ownNameCollision, size];

/**
 * What rules say to the newcomer of two, the controller decides by age, and which
 * gateway several configurations are delivered to is delivery's business. What a
 * reference leads to is looked up when it is followed.
 */
const DECIDED_ELSEWHERE: readonly Rule[] = [duplicateModel, duplicateRoute, nameCollision, unresolvedReference];

/** Rules that one object is judged by alone. */
const OBJECT_RULES: readonly Rule[] = RULES.filter(
  (rule) => !isAboutPlatform(rule) && !GATEWAY_RULES.includes(rule) && !DECIDED_ELSEWHERE.includes(rule),
);

/** The rules that deny under a policy. What the others would only warn of stops nothing that is stored. */
export interface DenyingRules {
  readonly ofObject: readonly Rule[];
  readonly ofGateway: readonly Rule[];
}

export function denyingRules(policy: EffectivePolicy): DenyingRules {
  const known = byPolicy.get(policy);
  if (known) return known;
  const denies = (rule: Rule) => actionOf(rule, policy) === "Deny";
  const rules = { ofObject: OBJECT_RULES.filter(denies), ofGateway: GATEWAY_RULES.filter(denies) };
  byPolicy.set(policy, rules);
  return rules;
}

/** Thousands of gateways are under one policy, which is never changed, only replaced. */
const byPolicy = new WeakMap<EffectivePolicy, DenyingRules>();
