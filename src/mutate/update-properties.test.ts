import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AddOperation } from "#api/admission-review.ts";
import { valueAt } from "#api/field-path.ts";
import { type AIGatewayConfig, aiGatewayConfig } from "#api/kinds/ai-gateway-config.ts";
import { anyConfig, oddConfig } from "../../test/support/arbitrary-objects.ts";
import { mutationFacts, patched } from "../../test/support/mutation.ts";
import type { MutationFacts } from "./facts.ts";
import { mutationOperations } from "./mutation-operations.ts";

const update = (object: unknown, old: unknown, facts: MutationFacts) =>
  mutationOperations(aiGatewayConfig, object, old, facts);
const create = (object: unknown, facts: MutationFacts) => update(object, undefined, facts);

/** An object and another version of it: models moved, changed, added and removed. */
const versions: fc.Arbitrary<readonly [AIGatewayConfig, AIGatewayConfig]> = fc
  .tuple(oddConfig, oddConfig, fc.infiniteStream(fc.nat(9)))
  .map(([old, other, choices]) => {
    const choose = () => Number(choices.next().value ?? 0);
    const byName = new Map([...old.spec.models, ...other.spec.models].map((model) => [model.name, model]));
    for (const model of old.spec.models) if (choose() > 2) byName.set(model.name, structuredClone(model));
    const models = [...byName.values()].filter(() => choose() > 0).sort(() => choose() - 4.5);
    return [old, { ...structuredClone(old), spec: { ...structuredClone(old.spec), models } }];
  });

function always<T>(values: fc.Arbitrary<T>, holds: (value: T, facts: MutationFacts) => void): void {
  const property = fc.property(values, mutationFacts, (value, facts) => {
    holds(value, facts);
  });
  fc.assert(property, { numRuns: 300 });
}

describe("on an update", () => {
  it("nothing is added to what stays the same", () => {
    always(anyConfig, (object, facts) => {
      expect(update(structuredClone(object), object, facts)).toEqual([]);
    });
  });

  it("an edit of metadata alone adds nothing to the spec", () => {
    always(fc.tuple(anyConfig, anyConfig), ([old, other], facts) => {
      const edited = { ...(old as object), metadata: (other as { metadata?: unknown }).metadata };
      expect(update(edited, old, facts).filter(({ path }) => path.startsWith("/spec"))).toEqual([]);
    });
  });

  it("no label is added but one that the old version had", () => {
    always(fc.tuple(anyConfig, anyConfig), ([object, old], facts) => {
      const had = labelsOf(old);
      const added = Object.keys(labelsOf(patched(object, update(object, old, facts))));
      expect(added.filter((key) => !Object.hasOwn(labelsOf(object), key) && !Object.hasOwn(had, key))).toEqual([]);
    });
  });

  it("a model is given what a create would give it, unless it is the old one, or the old one had no provider", () => {
    always(versions, ([old, object], facts) => {
      const isNew = (operation: AddOperation) => {
        const model = object.spec.models[Number(operation.path.split("/")[3])];
        const before = old.spec.models.find(({ name }) => name === model?.name);
        const isKeptOut = operation.path.endsWith("/provider") && before?.provider === undefined;
        return before === undefined || !(isDeepStrictEqual(before, model) || isKeptOut);
      };
      expect(update(object, old, facts).filter(isOfModel)).toEqual(
        create(object, facts).filter(isOfModel).filter(isNew),
      );
    });
  });

  it("what is added is part of what a create would add, and a second pass adds nothing", () => {
    always(fc.tuple(anyConfig, anyConfig), ([object, old], facts) => {
      const updated = patched(object, update(object, old, facts));
      expect(update(updated, old, facts)).toEqual([]);
      expect(patched(updated, create(updated, facts))).toEqual(patched(object, create(object, facts)));
    });
  });

  it("nothing at all is added to an object that is being deleted", () => {
    always(fc.tuple(oddConfig, anyConfig), ([object, old], facts) => {
      const terminating = { ...object, metadata: { ...object.metadata, deletionTimestamp: "2027-01-01T00:00:00Z" } };
      expect(update(terminating, old, facts)).toEqual([]);
    });
  });
});

function isOfModel({ path }: AddOperation): boolean {
  return path.startsWith("/spec/models/");
}

function labelsOf(object: unknown): object {
  const labels = valueAt(object, ["metadata", "labels"]);
  return typeof labels === "object" && labels !== null ? labels : {};
}
