import type { AbsentFact } from "#api/absent-fact.ts";
import type { RelativePath } from "#api/field-path.ts";
import type { AIRoute } from "#api/kinds/ai-route.ts";
import type { IntegrationConfig } from "#api/kinds/integration-config.ts";
import type { PromptTemplate } from "#api/kinds/prompt-template.ts";
import type { RateLimitPolicy } from "#api/kinds/rate-limit-policy.ts";
import type { NamespaceObjects, ObjectName, StoredGateway } from "#policy/stored-objects.ts";
import { nearestName } from "../nearest-name.ts";
import { gatewayOf, type Part } from "../part.ts";
import { type Facts, type Finding, HOLDS, type Rule } from "../rule.ts";

/**
 * Judges whole objects, so that the search for similar names is bounded for all
 * of their references together. Objects arrive in any order, so it only warns.
 */
export const unresolvedReference: Rule = {
  id: "unresolved-reference",
  claim: "Every class, object of the namespace and model of another object that an object names is there.",
  why: "A gateway whose ModelConfig or template is misspelt comes up without that model or message, and a route without its gateway nowhere at all; nobody sees more of it than a condition.",
  action: "Warn",
  judges: { object: findUnresolved },
};

function findUnresolved(object: Part<"object">, facts: Facts): readonly Finding[] {
  const missing: Missing[] = [];
  switch (object.value.kind) {
    case "AIGatewayConfig":
      findInGateway(missing, facts);
      break;
    case "AIRoute":
      for (const part of facts.owner.routes) findInRoute(missing, part, objectsOf(facts));
      break;
    case "PromptTemplate":
      findInTemplate(missing, object.value as PromptTemplate, facts);
      break;
    case "RateLimitPolicy":
    case "IntegrationConfig":
      findTargets(missing, object.value as RateLimitPolicy | IntegrationConfig, facts);
  }
  return missing.length === 0 ? HOLDS : missing.map(findingOf);
}

/** A name that leads nowhere. */
interface Missing {
  readonly part: Part;
  readonly at: RelativePath;
  readonly name: string;
  /** What it must name, after `must be `. */
  readonly what: string;
  /** Names that are there. */
  readonly known: Iterable<string>;
  readonly absent: AbsentFact;
  readonly read?: readonly RelativePath[];
}

function objectsOf({ lookup, owner }: Facts): NamespaceObjects {
  return lookup.objectsIn(owner.namespace);
}

function findInGateway(missing: Missing[], facts: Facts): void {
  const { owner, lookup } = facts;
  const objects = objectsOf(facts);
  const className = gatewayOf(owner)?.spec.gatewayClassName;
  if (className !== undefined && !lookup.gatewayClass(className)) {
    const absent = "AIGatewayClass";
    missing.push({
      ...at(owner.object, ["spec", "gatewayClassName"]),
      name: className,
      what: `an ${absent}`,
      known: lookup.classNames(),
      absent,
    });
  }
  for (const part of owner.models) {
    const { modelRef } = part.value;
    if (modelRef)
      findObject(missing, at(part, ["modelRef", "name"]), { kind: "ModelConfig", name: modelRef.name }, objects);
  }
  for (const part of owner.routes) {
    const { promptTemplateRef } = part.value;
    if (promptTemplateRef) findTemplate(missing, part, promptTemplateRef.name, objects);
  }
}

type Place = Pick<Missing, "part" | "at" | "read">;

function at(part: Part, path: RelativePath): Place {
  return { part, at: path };
}

function findObject(missing: Missing[], place: Place, { kind, name }: ObjectName, objects: NamespaceObjects): void {
  if (objects.get(kind, name)) return;
  const article = kind.startsWith("AI") || kind.startsWith("I") ? "an" : "a";
  missing.push({
    ...place,
    name,
    what: `${article} ${kind} of this namespace`,
    known: objects.names(kind),
    absent: kind,
  });
}

function findTemplate(missing: Missing[], part: Part<"route">, name: string, objects: NamespaceObjects): void {
  findObject(missing, at(part, ["promptTemplateRef", "name"]), { kind: "PromptTemplate", name }, objects);
}

/** Of an AIRoute the route is all that its spec says. */
function findInRoute(missing: Missing[], part: Part<"route">, objects: NamespaceObjects): void {
  const { parentRefs = [], promptTemplateRef } = part.value as AIRoute["spec"];
  if (promptTemplateRef) findTemplate(missing, part, promptTemplateRef.name, objects);
  for (const [index, { name }] of parentRefs.entries()) {
    const parent = at(part, ["parentRefs", index, "name"]);
    const gateway = objects.get("AIGatewayConfig", name);
    if (gateway) findInParent(missing, part, gateway, parent);
    else findObject(missing, parent, { kind: "AIGatewayConfig", name }, objects);
  }
}

/** Names of models and policies, which each gateway of the route must have. */
function findInParent(missing: Missing[], part: Part<"route">, gateway: StoredGateway, parent: Place): void {
  const { targetModel, targets = [], fallbacks = [], policies = [] } = part.value;
  const { models, policies: attached = [] } = gateway.spec;
  const find = (noun: string, known: readonly Named[], name: string, path: RelativePath) => {
    if (known.some((each) => each.name === name)) return;
    const what = `a ${noun} of AIGatewayConfig '${gateway.metadata.name}'`;
    const place = { ...at(part, path), read: [path, parent.at] };
    missing.push({ ...place, name, what, known: known.map(nameOf), absent: "AIGatewayConfig" });
  };
  if (targetModel !== undefined) find("model", models, targetModel, ["targetModel"]);
  for (const [index, { model }] of targets.entries()) find("model", models, model, ["targets", index, "model"]);
  for (const [index, name] of fallbacks.entries()) find("model", models, name, ["fallbacks", index]);
  for (const [index, name] of policies.entries()) find("policy", attached, name, ["policies", index]);
}

interface Named {
  readonly name: string;
}

function nameOf({ name }: Named): string {
  return name;
}

/** Where the namespace has no model yet, there is nothing that a template could be written for. */
function findInTemplate(missing: Missing[], { spec: { models = [] } }: PromptTemplate, facts: Facts): void {
  const objects = objectsOf(facts);
  for (const [index, name] of models.entries()) {
    if (name.endsWith("*") || objects.hasModel(name) || isEmpty(objects.modelNames())) continue;
    const what = "a model of some AIGatewayConfig of this namespace";
    const place = at(facts.owner.object, ["spec", "models", index]);
    missing.push({ ...place, name, what, known: objects.modelNames(), absent: "AIGatewayConfig" });
  }
}

function isEmpty(names: Iterable<string>): boolean {
  for (const _ of names) return false;
  return true;
}

function findTargets(
  missing: Missing[],
  { spec: { targetRefs = [] } }: RateLimitPolicy | IntegrationConfig,
  facts: Facts,
): void {
  for (const [index, target] of targetRefs.entries()) {
    const item = ["spec", "targetRefs", index];
    const place = {
      part: facts.owner.object,
      at: [...item, "name"],
      read: [
        [...item, "kind"],
        [...item, "name"],
      ],
    };
    findObject(missing, place, target, objectsOf(facts));
  }
}

function findingOf({ part, at: path, name, what, known, absent, read = [path] }: Missing, index: number): Finding {
  const nearest = index < MAX_SEARCHES ? nearestName(name, known) : undefined;
  const hint = nearest === undefined ? "" : `; did you mean '${nearest}'?`;
  return { part, at: path, kind: "Not found", value: name, detail: `must be ${what}${hint}`, absent, read };
}

/** Searches for similar names in one object; each may take a millisecond when both sides are hostile. */
const MAX_SEARCHES = 8;
