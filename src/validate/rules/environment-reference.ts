import type { RelativePath } from "#api/field-path.ts";
import { integrationConfig } from "#api/kinds/integration-config.ts";
import { model } from "#api/kinds/model.ts";
import { modelConfig } from "#api/kinds/model-config.ts";
import { route } from "#api/kinds/route.ts";
import { isMalformedReference, variablesIn } from "#api/reference.ts";
import { classNamed } from "../class-of-gateway.ts";
import { freeTextFields } from "../free-text.ts";
import { gatewayOf, type Part } from "../part.ts";
import { type Facts, type Finding, HOLDS, type Rule } from "../rule.ts";
import { someString, stringLeaves } from "../string-leaves.ts";

export const environmentReference: Rule = {
  id: "environment-reference",
  claim:
    "`${NAME}` names only variables that the class's `allowedEnvironment` holds, wherever it stands, and a reference to a Secret can be read.",
  why: "Whoever may write a model could have any variable of the gateway's process, its master key too, sent as a header to an endpoint of their own.",
  judgesBy: ["AIGatewayClass.spec.allowedEnvironment"],
  action: "Deny",
  judges: { model: findInModel, route: findInStructure, policy: findInConfig, integration: findInStructure },
};

function findInModel(part: Part<"model">, facts: Facts): readonly Finding[] {
  const malformed = malformedReference(part.value.auth?.value);
  if (malformed === undefined) return findInStructure(part, facts);
  const at = ["auth", "value"];
  return [{ part, at, kind: "Invalid value", detail: malformed, read: [at] }, ...findInStructure(part, facts)];
}

/** What looks like a reference but is none would be sent to the model's endpoint as it stands. */
function malformedReference(value: string | undefined): string | undefined {
  if (value === undefined || !isMalformedReference(value)) return undefined;
  return value.startsWith("$")
    ? "must be '${NAME}', with a name of letters, digits and '_'"
    : "must be 'secret://NAME/KEY', a key of a Secret in this namespace";
}

function findInStructure(part: Part<"model" | "route" | "integration">, facts: Facts): readonly Finding[] {
  if (facts.mentionsNoVariable) return HOLDS;
  const value: Readonly<Record<string, unknown>> = part.value;
  for (const field of FREE_TEXT[part.kind]) {
    if (someString(value[field], mayMention)) return findRefused(part, part.value, [], facts);
  }
  return HOLDS;
}

const FREE_TEXT = {
  model: freeTextFields({
    ...model.json,
    properties: { ...model.json.properties, ...modelConfig.spec.json.properties },
  }),
  route: freeTextFields(route.json),
  integration: freeTextFields(integrationConfig.spec.json),
};

function findInConfig(part: Part<"policy">, facts: Facts): readonly Finding[] {
  if (facts.mentionsNoVariable) return HOLDS;
  const { config } = part.value;
  return someString(config, mayMention) ? findRefused(part, config, ["config"], facts) : HOLDS;
}

function mayMention(text: string): boolean {
  return text.includes("${");
}

function findRefused(part: Part, value: unknown, base: RelativePath, facts: Facts): readonly Finding[] {
  const { leaves, isComplete } = stringLeaves(value);
  const found: Finding[] = [];
  let allowed: Allowed | undefined;
  for (const { path, text } of leaves) {
    const names = variablesIn(text);
    if (names.length === 0) continue;
    allowed ??= allowedVariables(facts);
    const { variables } = allowed;
    if (!names.every((name) => variables.has(name))) found.push(refusal([...base, ...path], part, allowed, facts));
  }
  if (!isComplete) found.push(refusal(base, part, { detail: TOO_MUCH }, facts));
  return found.length === 0 ? HOLDS : found;
}

const TOO_MUCH = "must be small enough to be searched for '${NAME}'";

/** Never with the text, of which the name of a variable may be the least part. */
function refusal(at: RelativePath, part: Part, why: Pick<Finding, "detail" | "absent">, { owner }: Facts): Finding {
  const collidesWith = [{ part: owner.object, read: [["spec", "gatewayClassName"]] }];
  const absent = why.absent && { absent: why.absent };
  return { part, at, kind: "Forbidden", detail: why.detail, ...absent, read: [at], collidesWith };
}

interface Allowed extends Pick<Finding, "detail" | "absent"> {
  readonly variables: ReadonlySet<string>;
}

function allowedVariables({ lookup, owner }: Facts): Allowed {
  const gateway = gatewayOf(owner);
  if (!gateway)
    return { variables: NO_VARIABLES, detail: "must not name a variable: gateways of any class may share it" };
  const name = gateway.spec.gatewayClassName;
  const gatewayClass = classNamed(name, lookup);
  const variables = new Set(gatewayClass?.spec.allowedEnvironment);
  if (variables.size > 0) return { variables, detail: `must name no other variable than ${listed(variables)}` };
  if (gatewayClass) {
    return {
      variables,
      detail: `must not name a variable: AIGatewayClass '${gatewayClass.metadata.name}' allows none`,
    };
  }
  const missing = name === undefined ? "there is no default AIGatewayClass" : `there is no AIGatewayClass '${name}'`;
  return { variables, detail: `must not name a variable: ${missing}`, absent: "AIGatewayClass" };
}

const NO_VARIABLES: ReadonlySet<string> = new Set();

function listed(variables: ReadonlySet<string>): string {
  const shown = Array.from(variables).slice(0, MAX_LISTED);
  const more = variables.size - shown.length;
  return shown.map((name) => `'\${${name}}'`).join(", ") + (more > 0 ? ` and ${more} more` : "");
}

/** A class may allow 256 variables; a message should fit a terminal. */
const MAX_LISTED = 10;
