import type { Route } from "#api/kinds/route.ts";
import { duplicateRoute } from "#validate/rules/duplicate-route.ts";
import { type Choice, formOf, stepDown } from "./choice.ts";
import type { Fault } from "./fault.ts";
import type { Choices } from "./judge-together.ts";
import { TakenRequests } from "./taken-requests.ts";

/** What routes depend on beside each other. */
export interface Surroundings {
  readonly model: ReadonlyMap<string, Choice<"model">>;
  readonly policy: ReadonlyMap<string, Choice<"policy">>;
  readonly template: ReadonlyMap<string, Choice<"template">>;
  /** Whether of two routes that take the same requests only the older may run. */
  readonly mayNotRepeat: boolean;
}

export function surroundingsOf(choices: Choices, mayNotRepeat: boolean): Surroundings {
  return {
    model: byName(choices.model),
    policy: byName(choices.policy),
    template: byName(choices.template),
    mayNotRepeat,
  };
}

function byName<C extends Choice>(choices: readonly C[]): ReadonlyMap<string, C> {
  return new Map(choices.map((choice) => [choice.candidate.name, choice]));
}

/** Steps down the routes that depend on what does not run, and of two for the same requests the younger. */
export function settleRoutes(routes: readonly Choice<"route">[], surroundings: Surroundings): void {
  const taken = new TakenRequests();
  for (const choice of routes) {
    for (let form = formOf(choice); form !== undefined; form = formOf(choice)) {
      const fault = obstacle(form, choice, surroundings) ?? (surroundings.mayNotRepeat && conflict(form, taken));
      if (!fault) break;
      stepDown(choice, fault);
    }
    const form = formOf(choice);
    if (form) taken.add(form, choice);
  }
}

function obstacle(route: Route, choice: Choice<"route">, surroundings: Surroundings): Fault | undefined {
  return (
    obstacleOfTargets(route, surroundings) ??
    obstacleOfTemplate(route, surroundings) ??
    obstacleOfPolicies(route, choice, surroundings)
  );
}

/** The models that share the requests of a route, as it is written. */
export function targetsOf({ targets, targetModel }: Route): readonly { readonly model: string; weight: number }[] {
  if (targets && targets.length > 0) return targets.map(({ model, weight = 1 }) => ({ model, weight }));
  return targetModel === undefined ? [] : [{ model: targetModel, weight: 1 }];
}

function obstacleOfTargets(route: Route, { model }: Surroundings): Fault | undefined {
  const targets = targetsOf(route);
  if (targets.some(({ model: name, weight }) => weight > 0 && runs(model.get(name)))) return undefined;
  const [first] = targets;
  if (!first) return invalidReference("targetModel: must name a model, or `targets` must");
  return unavailable("model", first.model, model.get(first.model));
}

function obstacleOfTemplate({ promptTemplateRef }: Route, { template }: Surroundings): Fault | undefined {
  const choice = promptTemplateRef && template.get(promptTemplateRef.name);
  if (!choice || runs(choice)) return undefined;
  return choice.candidate.faults.find(({ reason }) => reason === "InvalidReference") ?? dependency("template", choice);
}

/**
 * A policy may be what keeps clients out, so what is new does not start without it.
 * What ran before ran without those that were never good.
 */
function obstacleOfPolicies(route: Route, { standing }: Choice, { policy }: Surroundings): Fault | undefined {
  const missing = route.policies?.find((name) => !policy.has(name));
  if (missing !== undefined) return unavailable("policy", missing, undefined);
  if (standing === "kept") return undefined;
  const applied = route.policies ?? Array.from(policy.keys());
  const guard = applied.map((name) => policy.get(name)).find((choice) => choice && !runs(choice) && isGuard(choice));
  return guard && dependency("policy", guard);
}

/** All but those that only watch or break a circuit, which a route can do without. */
function isGuard({ candidate: { current } }: Choice<"policy">): boolean {
  return current?.type !== "circuitBreaker" && current?.type !== "observability";
}

function runs(choice: Choice | undefined): boolean {
  return choice !== undefined && choice.standing !== "none";
}

function unavailable(noun: string, name: string, choice: Choice | undefined): Fault {
  return choice ? dependency(noun, choice) : invalidReference(`'${name}' must be the name of a ${noun} of the gateway`);
}

function invalidReference(message: string): Fault {
  return { reason: "InvalidReference", message, rules: [] };
}

function dependency(noun: string, { candidate }: Choice): Fault {
  return { reason: "DependencyQuarantined", message: `${noun} '${candidate.name}' is quarantined`, rules: [] };
}

function conflict(route: Route, taken: TakenRequests): Fault | undefined {
  const holder = taken.holderOf(route)?.candidate;
  if (!holder) return undefined;
  const place = holder.owner.kind === "AIRoute" ? `AIRoute '${holder.owner.name}'` : `\`${holder.path}\``;
  const message = `path: must differ from ${place}, which is older, in path, path type, methods, hostnames or other conditions`;
  return { reason: "Conflicted", message, rules: [duplicateRoute.id] };
}
