import type { AIGatewayConfig } from "#api/kinds/ai-gateway-config.ts";
import { isSameJson } from "#api/same-json.ts";
import type { Violation } from "#api/violation.ts";
import { findAll, type Circumstances as RuleCircumstances, violationOf } from "#validate/judge.ts";
import type { Part, Parts } from "#validate/part.ts";
import { takeApart } from "#validate/parts.ts";
import { fallbackGraph } from "#validate/rules/fallback-graph.ts";
import { type Choice, formOf, stepDown } from "./choice.ts";
import { type Fault, faultOf } from "./fault.ts";
import type { FormKind } from "./last-good.ts";
import { denyingRules } from "./rules-at-work.ts";

/** Which form of each part of a gateway runs. */
export type Choices = { readonly [K in FormKind]: readonly Choice<K>[] };

export interface Together {
  readonly gateway: AIGatewayConfig;
  readonly choices: Choices;
  readonly circumstances: RuleCircumstances;
  /** Whether last good forms were found fit for the gateway as it is now. */
  readonly areKeptFit: boolean;
}

/**
 * Steps down what does not fit together in one gateway, or into it, until the rest
 * does. A last good form gives way only where the gateway is not what it was, or
 * where it would lead in a circle with others: policies that were tightened do not
 * touch what runs.
 */
export function judgeTogether(together: Together): void {
  const rules = denyingRules(together.circumstances.policy).ofGateway;
  for (;;) {
    const { parts, choiceOf } = partsOf(together);
    let hasChanged = false;
    for (const found of findAll(parts, together.circumstances, rules)) {
      const violation = violationOf(found, false, together.circumstances);
      const choice = choiceOf.get(found.finding.part);
      const fault = faultOf(choice ? atHome(violation, found.finding.part, choice) : violation);
      if (!fault) continue;
      const others = (found.finding.collidesWith ?? []).flatMap(({ part }) => choiceOf.get(part) ?? []);
      const mayTouchKept = found.by === fallbackGraph || !together.areKeptFit;
      hasChanged = (choice ? giveWay(choice, others, fault, mayTouchKept) : allGiveWay(together, fault)) || hasChanged;
    }
    if (!hasChanged) return;
  }
}

interface Composition {
  readonly parts: Parts;
  readonly choiceOf: ReadonlyMap<Part, Choice>;
}

/** All that runs as if one object held it. */
function partsOf({ gateway, choices }: Together): Composition {
  const models = running(choices.model);
  const routes = running(choices.route);
  const policies = running(choices.policy);
  const limits = running(choices.limit);
  const integrations = running(choices.integration);
  const spec = {
    ...gateway.spec,
    models: models.map(({ choice, form }) => ({ name: choice.candidate.name, ...form })),
    routes: routes.map(({ form }) => form),
    policies: policies.map(({ form }) => form),
  };
  const apart = takeApart({ ...gateway, spec });
  const parts: Parts = {
    ...apart,
    limits: limits.map(({ form }, index) => ({
      kind: "limit",
      path: `spec.limits[${index}]`,
      key: undefined,
      value: form,
    })),
    integrations: integrations.map(({ choice, form }) => ({
      kind: "integration",
      path: "spec",
      key: choice.candidate.name,
      value: form,
    })),
  };
  const choiceOf = new Map<Part, Choice>([
    ...pairs(parts.models, models),
    ...pairs(parts.routes, routes),
    ...pairs(parts.policies, policies),
    ...pairs(parts.limits, limits),
    ...pairs(parts.integrations, integrations),
  ]);
  return { parts, choiceOf };
}

function running<K extends FormKind>(choices: readonly Choice<K>[]) {
  return choices.flatMap((choice) => {
    const form = formOf(choice);
    return form === undefined ? [] : [{ choice, form }];
  });
}

function pairs(parts: readonly Part[], running: readonly { readonly choice: Choice }[]): (readonly [Part, Choice])[] {
  return running.flatMap(({ choice }, index) => {
    const part = parts[index];
    return part ? [[part, choice] as const] : [];
  });
}

/** With the path in the object in which somebody wrote it. */
function atHome(violation: Violation, part: Part, { candidate }: Choice): Violation {
  const { path } = violation;
  return path.startsWith(part.path) ? { ...violation, path: candidate.path + path.slice(part.path.length) } : violation;
}

/** Of those that do not fit together, what is new gives way to what ran as it is. */
function giveWay(choice: Choice, others: readonly Choice[], fault: Fault, mayTouchKept: boolean): boolean {
  const newcomers = [choice, ...others].filter(({ standing }) => standing === "current");
  const yields =
    newcomers.find(isNew) ?? newcomers[0] ?? (mayTouchKept && choice.standing === "kept" ? choice : undefined);
  if (!yields) return false;
  stepDown(yields, fault);
  return true;
}

function isNew({ candidate: { current, kept } }: Choice): boolean {
  return kept === undefined || !isSameJson(current, kept);
}

/** What is wrong with all together is wrong with everything that is new. */
function allGiveWay({ choices }: Together, fault: Fault): boolean {
  const newcomers = Object.values<readonly Choice[]>(choices)
    .flat()
    .filter(({ standing }) => standing === "current");
  for (const choice of newcomers) stepDown(choice, fault);
  return newcomers.length > 0;
}
