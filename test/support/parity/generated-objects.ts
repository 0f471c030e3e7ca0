import fc from "fast-check";
import { kindByName } from "#api/kinds.ts";
import type { KubernetesObject } from "#api/object-meta.ts";
import type { GovernedObject } from "#validate/part.ts";
import { objectsOfKind } from "../arbitrary-by-schema.ts";
import { broken } from "../arbitrary-json.ts";
import { halfValidConfig, oddConfig, validConfig } from "../arbitrary-objects.ts";
import type { ReviewFixture } from "../review-fixture.ts";
import { orderlyObject } from "./orderly-objects.ts";
import { parityFacts } from "./parity-facts.ts";

/** The same objects on every machine. */
const SEED = 20_261_126;

const COUNT = 2000;

/**
 * New objects under the facts of the parity suite: gateways as people write them,
 * every kind as its schema lets it be, and both with places broken.
 */
export function generatedFixtures(): readonly ReviewFixture[] {
  const facts = parityFacts();
  return fc.sample(anyObject, { numRuns: COUNT, seed: SEED }).map((generated, index) => {
    const object = named(generated, index) as GovernedObject;
    const { name = "" } = object.metadata;
    return { name, inputFile: "", goldenFile: "", operation: "CREATE", facts, old: undefined, object, floor: "none" };
  });
}

const byKind = Array.from(kindByName.values())
  .filter(({ scope }) => scope === "Namespaced")
  .map(objectsOfKind);

const anyObject: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 14, arbitrary: orderlyObject },
  { weight: 2, arbitrary: broken(orderlyObject) },
  { weight: 2, arbitrary: validConfig },
  { weight: 1, arbitrary: oddConfig },
  { weight: 1, arbitrary: halfValidConfig },
  { weight: 3, arbitrary: fc.oneof(...byKind) },
  { weight: 2, arbitrary: broken(fc.oneof(...byKind)) },
);

/**
 * With kind, name and namespace, whatever was broken: without them there is no
 * path to send the object to, and so no request that an API server would judge.
 */
function named(generated: unknown, index: number): KubernetesObject {
  const { apiVersion: _, kind, metadata, ...rest } = generated as Partial<KubernetesObject>;
  const own = typeof metadata === "object" && metadata !== null && !Array.isArray(metadata) ? metadata : {};
  const known = typeof kind === "string" && kindByName.has(kind) ? kind : "AIGatewayConfig";
  return {
    apiVersion: "gateway.example.com/v1",
    kind: known,
    metadata: { ...own, name: `generated-${index}`, namespace: NAMESPACES[index % NAMESPACES.length] ?? "" },
    ...rest,
  };
}

const NAMESPACES = ["team-a", "team-b"];
