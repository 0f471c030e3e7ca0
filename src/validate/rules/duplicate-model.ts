import { type Collision, collisionsAmong } from "../collisions.ts";
import { gatewayOf, type Part } from "../part.ts";
import { type Facts, type Finding, HOLDS, type Rule } from "../rule.ts";
import { sharersOfGateway } from "../shared-gateway.ts";

/** Inside one object the schema holds names apart. */
export const duplicateModel: Rule = {
  id: "duplicate-model",
  claim:
    "AIGatewayConfigs that are delivered to the same gateway have no name of a model in common, and none of them has a ModelConfig twice.",
  why: "Of two models with one name a gateway takes either, so one team's requests go to another's model, at another's cost. A shared model with two names has its rate limits twice over.",
  judgesBy: ["AIGatewayClass.spec.delivery"],
  action: "Deny",
  judges: { object: findDuplicates },
};

function findDuplicates(_object: Part<"object">, facts: Facts): readonly Finding[] {
  if (!gatewayOf(facts.owner)) return HOLDS;
  const found = [...attachedTwice(facts.owner.models), ...namedElsewhere(facts)];
  return found.length === 0 ? HOLDS : found;
}

/** Two names for one model are a habit of some, so this is advice. */
function attachedTwice(models: readonly Part<"model">[]): readonly Finding[] {
  const members = models.flatMap((part) => (part.value.modelRef ? { part, read: [["modelRef"]] } : []));
  if (members.length < 2) return HOLDS;
  return collisionsAmong(members, ({ part }) => [part.value.modelRef?.name]).map(attachedFinding);
}

type Member = Pick<Finding, "read"> & { readonly part: Part<"model"> };

function attachedFinding({ item, first, earlier }: Collision<Member>): Finding {
  return {
    ...item,
    at: ["modelRef", "name"],
    kind: "Duplicate value",
    value: item.part.value.modelRef?.name,
    detail: `must differ from \`${first.part.path}.modelRef.name\`, or the model has its rate limits twice`,
    advice: true,
    collidesWith: earlier,
  };
}

/** The newcomer is told; which of two stored ones is served, their age decides. */
function namedElsewhere({ owner, lookup }: Facts): readonly Finding[] {
  const sharers = sharersOfGateway(owner, lookup);
  if (sharers.length === 0) return HOLDS;
  const holders = new Map<string, string>();
  for (const { metadata, spec } of sharers) {
    const isNear = metadata.namespace === owner.namespace;
    const holder = isNear ? `AIGatewayConfig '${metadata.name}'` : "an AIGatewayConfig of another namespace";
    for (const { name } of spec.models) if (!holders.has(name) || isNear) holders.set(name, holder);
  }
  const others = [{ part: owner.object, read: [["spec", "gatewayClassName"]] }];
  return owner.models.flatMap((part): readonly Finding[] => {
    const { name } = part.value;
    const holder = holders.get(name);
    if (holder === undefined) return [];
    const detail = `must differ from the models of ${holder}, which the class delivers to the same gateway`;
    return [
      { part, at: ["name"], kind: "Duplicate value", value: name, detail, read: [["name"]], collidesWith: others },
    ];
  });
}
