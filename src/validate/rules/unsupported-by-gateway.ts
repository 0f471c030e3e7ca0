import type { RelativePath } from "#api/field-path.ts";
import type { AIGatewayClass } from "#api/kinds/ai-gateway-class.ts";
import { variablesIn } from "#api/reference.ts";
import type { Adapter, GatewayPart } from "#gateway/adapter.ts";
import { adapterOf } from "#gateway/adapters.ts";
import { type Lack, usesOf } from "#gateway/lack.ts";
import { modulesOf } from "#gateway/parameters.ts";
import { classOfGateway } from "../class-of-gateway.ts";
import { classesOfOthers } from "../classes-of-others.ts";
import { isOfferedAsDefault } from "../offered-defaults.ts";
import { gatewayOf, type Part } from "../part.ts";
import { type Facts, type Finding, HOLDS, type Rule } from "../rule.ts";
import { someString, stringLeaves } from "../string-leaves.ts";

export const unsupportedByGateway: Rule = {
  id: "unsupported-by-gateway",
  claim: "The gateway can do what is asked of it: the adapter of the class honours every field that is used.",
  why: "What a gateway cannot do it leaves out without a word: a limit of tokens that nobody counts is found with the bill.",
  action: "Deny",
  judgesBy: ["AIGatewayClass.spec.adapter", "AIGatewayClass.spec.parameters"],
  judges: {
    model: findUnsupported,
    route: findUnsupported,
    policy: findUnsupported,
    limit: findUnsupported,
    integration: findUnsupported,
  },
};

function findUnsupported(part: Part<GatewayPart>, facts: Facts): readonly Finding[] {
  if (!gatewayOf(facts.owner)) return findUnderOthers(part, facts);
  const gatewayClass = classOfGateway(facts);
  return gatewayClass ? findUnder({ part, gatewayClass, facts, chosenBy: CLASS_NAME }) : HOLDS;
}

const CLASS_NAME: RelativePath = ["spec", "gatewayClassName"];

/** Which gateways an object is for is said in other objects, any of which may still change: so this is advice. */
function findUnderOthers(part: Part<GatewayPart>, facts: Facts): readonly Finding[] {
  const { classes, chosenBy } = classesOfOthers(facts);
  if (classes.length === 0) return HOLDS;
  const found = classes.flatMap((gatewayClass) => findUnder({ part, gatewayClass, facts, chosenBy }));
  return found.map((finding) => ({ ...finding, advice: true }));
}

interface Case {
  readonly part: Part<GatewayPart>;
  readonly gatewayClass: AIGatewayClass;
  readonly facts: Facts;
  /** The field of the object that makes out which class it is. */
  readonly chosenBy: RelativePath;
}

function findUnder(asked: Case): readonly Finding[] {
  const { part, gatewayClass } = asked;
  const adapter = adapterOf(gatewayClass);
  if (!adapter) return HOLDS;
  let found: Finding[] | undefined;
  for (const lack of adapter.lacks[part.kind]) {
    for (const at of usesOf(lack, part.value)) {
      if (lack.module === undefined || !modulesOf(gatewayClass.spec.parameters).includes(lack.module)) {
        (found ??= []).push(unsupported(asked, adapter, lack, at));
      }
    }
  }
  const texts = findTexts(asked, adapter);
  if (texts.length > 0) return [...(found ?? HOLDS), ...texts];
  return found ?? HOLDS;
}

function unsupported(asked: Case, adapter: Adapter, lack: Lack, at: RelativePath): Finding {
  const { part, facts } = asked;
  const detail = `${demandOf(lack)} with ${nameOf(asked, adapter)}, which ${lack.because}`;
  const beside = [
    ...(lack.exceptAs === undefined ? [] : [[lack.exceptAs]]),
    ...(lack.of === undefined ? [] : [[part.kind === "integration" ? "provider" : "type"]]),
    ...(lack.unless === undefined ? [] : [[lack.unless.field]]),
  ];
  const kind = lack.isNeeded ? "Required value" : "Forbidden";
  const finding = { ...basis(asked), at, kind, detail, read: [at, ...beside] } as const;
  // Who wrote nothing must not be refused for what a policy filled in.
  const isAdvice = lack.isPartly === true || isOfferedAsDefault(part, lack.field, facts);
  return isAdvice ? { ...finding, advice: true } : finding;
}

function demandOf({ value, above, except, exceptAs, ending, isNeeded, isPartly, unless }: Lack): string {
  if (isNeeded && unless) return `must be given unless \`${unless.field}\` is one of ${unless.values.join(", ")},`;
  if (isNeeded) return "must be given";
  if (ending !== undefined) return `must not end with '${ending}'`;
  if (above === 0) return "must be 0 or absent";
  if (above !== undefined) return `must be less than or equal to ${above}`;
  if (isPartly) return "must not be all that is relied on";
  if (value !== undefined) return `must not be '${value}'`;
  if (except !== undefined) return `must be '${except}' or absent`;
  return exceptAs === undefined ? "must be absent" : `must be absent or as \`${exceptAs}\` is`;
}

function nameOf({ gatewayClass }: Case, { name }: Adapter): string {
  return `adapter '${name}' (AIGatewayClass '${gatewayClass.metadata.name}')`;
}

function basis({ part, facts, chosenBy }: Case): Pick<Finding, "part" | "collidesWith"> {
  return { part, collidesWith: [{ part: facts.owner.object, read: [chosenBy] }] };
}

/** Texts that the gateway would not take as they are written. They are not shown: each may hold a credential. */
function findTexts(asked: Case, adapter: Adapter): readonly Finding[] {
  const { part, facts } = asked;
  const { syntax, isInescapable, takesVariable, variables } = adapter.expansion;
  if (syntax === undefined) return HOLDS;
  const isCandidate = (text: string) => isInescapable(text) || (!facts.mentionsNoVariable && text.includes("${"));
  if (!someString(part.value, isCandidate)) return HOLDS;
  const found: Finding[] = [];
  // What is too much to be searched is for environment-reference and policy-config to say.
  for (const { path: at, text } of stringLeaves(part.value).leaves) {
    const refused = { ...basis(asked), at, kind: "Forbidden", read: [at] } as const;
    if (isInescapable(text)) {
      const detail = `must not begin as '${syntax}' does, which ${nameOf(asked, adapter)} would replace`;
      found.push({ ...refused, detail });
    } else if (variablesIn(text).length > 0 && !takesVariable(at, text)) {
      found.push({ ...refused, detail: `must name a variable only ${variables}, with ${nameOf(asked, adapter)}` });
    }
  }
  return found.length === 0 ? HOLDS : found;
}
