import type { Adapter } from "#gateway/adapter.ts";
import { adapterOf } from "#gateway/adapters.ts";
import type { Identifiers } from "#gateway/identifiers.ts";
import { classOfGateway } from "../class-of-gateway.ts";
import { type Collision, collisionsAmong } from "../collisions.ts";
import { collidingElsewhere } from "../names-elsewhere.ts";
import type { Part } from "../part.ts";
import { type Facts, type Finding, HOLDS, type Rule } from "../rule.ts";

export const nameCollision: Rule = {
  id: "name-collision",
  claim:
    "Names of models, and names of policies, stay apart in the form that the gateway's configuration gives them, also from those of AIGatewayConfigs that are delivered to the same gateway.",
  why: "Two models that share one variable or one file share the credential in it, and the second gets the first one's.",
  action: "Deny",
  judgesBy: ["AIGatewayClass.spec.adapter", "AIGatewayClass.spec.delivery"],
  judges: { object: (_, facts) => findCollisions(facts, collidingElsewhere) },
};

/** The claim about one gateway's own names, attached models among them, for whoever decides by age which gateway is served. */
export const ownNameCollision: Rule = {
  ...nameCollision,
  judges: { object: (_, facts) => findCollisions(facts, () => HOLDS) },
};

function findCollisions(facts: Facts, elsewhere: typeof collidingElsewhere): readonly Finding[] {
  const { models, policies } = facts.owner;
  if (models.length === 0 && policies.length === 0) return HOLDS;
  const gatewayClass = classOfGateway(facts);
  const adapter = gatewayClass && adapterOf(gatewayClass);
  if (!adapter) return HOLDS;
  const origin = `with adapter '${adapter.name}' (AIGatewayClass '${gatewayClass.metadata.name}')`;
  const own = collisionsInside(facts, adapter, origin);
  const others = elsewhere(facts, adapter, origin);
  if (own.length === 0) return others;
  return others.length === 0 ? own : [...own, ...others];
}

function collisionsInside({ owner }: Facts, adapter: Adapter, origin: string): readonly Finding[] {
  const { identifiers } = adapter;
  const { models, policies } = owner;
  if (areApart(models, identifiers) && areApart(policies, identifiers)) return HOLDS;
  const found = [...collisionsOf(models), ...collisionsOf(policies)];
  return found.length === 0 ? HOLDS : found;

  function collisionsOf(parts: readonly Named[]): readonly Finding[] {
    const members = parts.map((part): Member => ({ part, read: NAME }));
    return collisionsAmong(members, ({ part }) => [identifiers.of(part.value.name)])
      .filter(({ item, first }) => item.part.value.name !== first.part.value.name) // one name twice is a fault of the shape
      .map(findingOf);
  }

  function findingOf({ item, first, earlier }: Collision<Member>): Finding {
    const { name } = item.part.value;
    const detail = `must not become '${identifiers.of(name)}' as '${first.part.value.name}' does, ${origin}`;
    const collidesWith = [...earlier, { part: owner.object, read: [["spec", "gatewayClassName"]] }];
    return { ...item, at: ["name"], kind: "Duplicate value", value: name, detail, collidesWith };
  }
}

type Named = Part<"model"> | Part<"policy">;
type Member = Pick<Finding, "read"> & { readonly part: Named };

const NAME = [["name"]];

function areApart(parts: readonly Named[], { plain }: Identifiers): boolean {
  if (parts.length < 2) return true;
  for (const { value } of parts) if (!plain.test(value.name)) return false;
  return true;
}
