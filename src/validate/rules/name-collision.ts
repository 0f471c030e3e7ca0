import { adapterOf } from "#gateway/adapters.ts";
import type { Identifiers } from "#gateway/identifiers.ts";
import { classOfGateway } from "../class-of-gateway.ts";
import { type Collision, collisionsAmong } from "../collisions.ts";
import type { Part } from "../part.ts";
import { type Facts, type Finding, HOLDS, type Rule } from "../rule.ts";

export const nameCollision: Rule = {
  id: "name-collision",
  claim: "Names of models, and names of policies, stay apart in the form that the gateway's configuration gives them.",
  why: "Two models that share one variable or one file share the credential in it, and the second gets the first one's.",
  action: "Deny",
  judgesBy: ["AIGatewayClass.spec.adapter"],
  judges: { object: findCollisions },
};

function findCollisions(_: Part<"object">, facts: Facts): readonly Finding[] {
  const { models, policies } = facts.owner;
  if (models.length < 2 && policies.length < 2) return HOLDS;
  const gatewayClass = classOfGateway(facts);
  const adapter = gatewayClass && adapterOf(gatewayClass);
  if (!adapter) return HOLDS;
  const isApart = (parts: readonly Named[]) => areApart(parts, adapter.identifiers);
  if (isApart(models) && isApart(policies)) return HOLDS;
  const found = [...collisionsOf(models), ...collisionsOf(policies)];
  return found.length === 0 ? HOLDS : found;

  function collisionsOf(parts: readonly Named[]): readonly Finding[] {
    const members = parts.map((part): Member => ({ part, read: NAME }));
    return collisionsAmong(members, ({ part }) => [adapter?.identifiers.of(part.value.name)])
      .filter(({ item, first }) => item.part.value.name !== first.part.value.name) // one name twice is a fault of the shape
      .map(findingOf);
  }

  function findingOf({ item, first, earlier }: Collision<Member>): Finding {
    const { name } = item.part.value;
    const identifier = adapter?.identifiers.of(name);
    const detail = `must not become '${identifier}' as '${first.part.value.name}' does, with adapter '${adapter?.name}' (AIGatewayClass '${gatewayClass?.metadata.name}')`;
    const collidesWith = [...earlier, { part: facts.owner.object, read: [["spec", "gatewayClassName"]] }];
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
