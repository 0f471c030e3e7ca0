import type { RelativePath } from "#api/field-path.ts";
import { ACTIONS } from "#api/kinds/ai-gateway-policy.ts";
import { nearestName } from "../nearest-name.ts";
import type { Part } from "../part.ts";
import { type Finding, HOLDS, isRelaxable, type Rule } from "../rule.ts";

/** The rule over the list of all rules, which it is itself part of. */
export function unknownRule(rules: () => readonly Rule[]): Rule {
  let known: ReadonlyMap<string, Rule> | undefined;
  const rulesById = () => (known ??= new Map(rules().map((rule) => [rule.id, rule])));
  return {
    id: "unknown-rule",
    claim: "A policy names only rules that there are, and relaxes only those that a policy may relax.",
    why: "A rule id with a slip of the pen is a rule that silently does not hold: the platform team believes that it is enforced, and nobody is ever denied.",
    action: "Deny",
    unreadable: true,
    judges: {
      gatewayPolicy: (part) => findInActions(part, rulesById()),
      exception: (part) => findInException(part, rulesById()),
    },
  };
}

type RulesById = ReadonlyMap<string, Rule>;

function findInActions(part: Part<"gatewayPolicy">, known: RulesById): readonly Finding[] {
  const named = Object.entries(part.value.rules ?? {});
  return named.flatMap(([id, action]) => {
    const at = ["rules", id];
    const rule = known.get(id);
    if (!rule) return unknown(part, at, id, known);
    const isMilder = ACTIONS.indexOf(action) < ACTIONS.indexOf(rule.action);
    return isMilder && !isRelaxable(rule) ? unrelaxable(part, at, rule) : HOLDS;
  });
}

function findInException(part: Part<"exception">, known: RulesById): readonly Finding[] {
  // Without a rule it would except nothing, which is no exception.
  const isHopeless = part.value.rules.every((id) => !known.has(id));
  return part.value.rules.flatMap((id, index) => {
    const at = ["rules", index];
    const rule = known.get(id);
    if (!rule) return unknown(part, at, id, known).map((finding) => (isHopeless ? { ...finding, unset: [] } : finding));
    return isRelaxable(rule) ? HOLDS : unrelaxable(part, at, rule);
  });
}

function unknown(part: Part, at: RelativePath, id: string, known: RulesById): readonly Finding[] {
  const nearest = nearestName(id, known.keys());
  const meant = nearest === undefined ? "; `gatehouse rules` lists them" : `; did you mean '${nearest}'?`;
  return [{ part, at, kind: "Not found", value: id, detail: `must be the id of a rule${meant}`, read: [at] }];
}

function unrelaxable(part: Part, at: RelativePath, { id, action }: Rule): readonly Finding[] {
  const detail = `must be absent: '${id}' is ${action === "Deny" ? "denied" : "warned of"} whatever a policy says`;
  return [{ part, at, kind: "Forbidden", detail, advice: true, read: [at] }];
}
