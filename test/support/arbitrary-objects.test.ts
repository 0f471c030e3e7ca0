import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Kind } from "#api/kind.ts";
import { kindByName } from "#api/kinds.ts";
import { shapeFaults } from "#validate/shape.ts";
import {
  factObjects,
  generousApproval,
  validApproval,
  validClass,
  validConfig,
  validPolicy,
} from "./arbitrary-objects.ts";

describe("generated objects that are called valid", () => {
  const generators = { validConfig, validApproval, generousApproval, validPolicy, validClass };

  for (const [name, generator] of Object.entries(generators)) {
    it(`have the shape that the schema asks for: ${name}`, () => {
      fc.assert(
        fc.property(generator, (object) => {
          expect(shapeFaults(kindByName.get(object.kind) as Kind, object)).toEqual([]);
        }),
      );
    });
  }

  it("are the platform team's objects of every kind", () => {
    const kinds = fc.sample(factObjects, 100).flatMap((objects) => objects.map(({ kind }) => kind));
    expect(new Set(kinds)).toEqual(new Set(["AIGatewayPolicy", "ApprovedModel", "AIGatewayClass", "Namespace"]));
  });
});
