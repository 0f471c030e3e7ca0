import type { Adapter } from "#gateway/adapter.ts";
import type { StoredGateway } from "#policy/stored-objects.ts";
import type { Part } from "./part.ts";
import { type Facts, type Finding, HOLDS } from "./rule.ts";
import { sharersOfGateway } from "./shared-gateway.ts";

/**
 * Names that become what a name of another AIGatewayConfig becomes that is
 * delivered to the same gateway. `origin` says by whose doing. The newcomer is
 * told. A name that two models have is for `duplicate-model` to tell; policies
 * have nobody else.
 */
export function collidingElsewhere(facts: Facts, adapter: Adapter, origin: string): readonly Finding[] {
  const { owner, lookup } = facts;
  const sharers = sharersOfGateway(owner, lookup);
  if (sharers.length === 0) return HOLDS;
  const others = [{ part: owner.object, read: [["spec", "gatewayClassName"]] }];
  const models = holdersOf(sharers, ({ spec }) => spec.models);
  const policies = holdersOf(sharers, ({ spec }) => spec.policies ?? []);
  const found = [
    ...owner.models.flatMap((part) => findingsOf(part, models, (name) => name !== part.value.name)),
    ...owner.policies.flatMap((part) => findingsOf(part, policies, () => true)),
  ];
  return found.length === 0 ? HOLDS : found;

  function findingsOf(part: Named, holders: Holders, mayCollide: (name: string) => boolean): readonly Finding[] {
    const { name } = part.value;
    const identifier = adapter.identifiers.of(name);
    const holder = holders.get(identifier)?.find((other) => mayCollide(other.name));
    if (!holder) return HOLDS;
    const other = nameOf(holder, owner.namespace, part.kind);
    const detail =
      holder.name === name
        ? `must differ from ${other}, which the class delivers to the same gateway`
        : `must not become '${identifier}' as ${other} does, which the class delivers to the same gateway, ${origin}`;
    return [
      { part, at: ["name"], kind: "Duplicate value", value: name, detail, read: [["name"]], collidesWith: others },
    ];
  }

  /** By identifier. Those of the object's own namespace come first, since of others nothing is told. */
  function holdersOf(gateways: readonly StoredGateway[], namesIn: (gateway: StoredGateway) => readonly NamedItem[]) {
    const holders = new Map<string, Holder[]>();
    for (const gateway of gateways.toSorted((one, other) => distance(one) - distance(other))) {
      for (const { name } of namesIn(gateway)) {
        const identifier = adapter.identifiers.of(name);
        const known = holders.get(identifier);
        // Two of different names are enough for any name to differ from one of them.
        if (!known) holders.set(identifier, [{ name, gateway }]);
        else if (known.length === 1 && known[0]?.name !== name) known.push({ name, gateway });
      }
    }
    return holders;
  }

  function distance({ metadata }: StoredGateway): number {
    return metadata.namespace === owner.namespace ? 0 : 1;
  }
}

type Named = Part<"model"> | Part<"policy">;
type NamedItem = Pick<Named["value"], "name">;
type Holders = ReadonlyMap<string, readonly Holder[]>;

interface Holder {
  readonly name: string;
  readonly gateway: StoredGateway;
}

/** What another namespace calls its models is not for everybody to know. */
function nameOf({ name, gateway: { metadata } }: Holder, namespace: string, noun: string): string {
  return metadata.namespace === namespace
    ? `'${name}' of AIGatewayConfig '${metadata.name}'`
    : `a ${noun} of an AIGatewayConfig of another namespace`;
}
