import { type AIGatewayClass, DEFAULT_CLASS_ANNOTATION } from "#api/kinds/ai-gateway-class.ts";
import { compareAge } from "#policy/class-index.ts";
import { enumeration } from "#policy/words.ts";
import type { Part } from "../part.ts";
import { type Facts, type Finding, HOLDS, type Rule } from "../rule.ts";

export const defaultClass: Rule = {
  id: "default-class",
  claim: "At most one AIGatewayClass is marked as the default; of several the oldest is used.",
  why: "Configurations without a class go to the oldest one that is marked, whatever the platform team marked last: a change of the default that changes nothing, until the old class is deleted and all of them move at once.",
  action: "Warn",
  judges: { gatewayClass: findRivals },
};

const AT = ["metadata", "annotations", DEFAULT_CLASS_ANNOTATION];

function findRivals(part: Part<"gatewayClass">, { lookup }: Facts): readonly Finding[] {
  const { metadata } = part.value;
  const mark = metadata.annotations?.[DEFAULT_CLASS_ANNOTATION];
  if (mark === undefined || mark === "false") return HOLDS;
  if (mark !== "true") return [finding(part, "must be 'true' or 'false'; it counts as 'false'")];
  const rivals = lookup.defaultClassClaimants().filter((other) => other.metadata.name !== metadata.name);
  const [oldest] = rivals;
  if (!oldest) return HOLDS;
  return [finding(part, `must be 'true' on one class; ${consequence(part.value, oldest, rivals)}`)];
}

function consequence(own: AIGatewayClass, oldest: AIGatewayClass, rivals: readonly AIGatewayClass[]): string {
  if (compareAge(oldest, own) < 0) return `'${oldest.metadata.name}' is older and stays the default`;
  return `this one is the oldest and the default, not ${enumeration(rivals.map(({ metadata }) => metadata.name ?? ""))}`;
}

function finding(part: Part<"gatewayClass">, detail: string): Finding {
  return {
    part,
    at: AT,
    kind: "Invalid value",
    value: part.value.metadata.annotations?.[DEFAULT_CLASS_ANNOTATION],
    detail,
    read: [AT],
  };
}
