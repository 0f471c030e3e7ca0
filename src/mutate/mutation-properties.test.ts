import fc from "fast-check";
import fastJsonPatch from "fast-json-patch";
import { describe, expect, it } from "vitest";
import type { AddOperation } from "#api/admission-review.ts";
import { valueAt } from "#api/field-path.ts";
import { aiGatewayConfig } from "#api/kinds/ai-gateway-config.ts";
import { RATE_LIMIT_FIELDS, type RateLimitField } from "#policy/effective-policy.ts";
import { hostileValue } from "../../test/support/arbitrary-json.ts";
import { anyConfig } from "../../test/support/arbitrary-objects.ts";
import { mutationFacts, patched, patchedInPlace } from "../../test/support/mutation.ts";
import type { MutationFacts } from "./facts.ts";
import { mutationOperations } from "./mutation-operations.ts";

const create = (object: unknown, facts: MutationFacts) => mutationOperations(aiGatewayConfig, object, undefined, facts);

/** Checks what holds for any object, in any world, on a create. A frozen object tells whoever changes it. */
function always(holds: (object: unknown, operations: readonly AddOperation[], facts: MutationFacts) => void): void {
  fc.assert(
    fc.property(anyConfig, mutationFacts, (object, facts) => {
      holds(deepFrozen(object), create(object, facts), facts);
    }),
    { numRuns: 300 },
  );
}

/** Where defaults may stand: nowhere inside a list but in items of `spec.models`. */
const PLACES =
  /^\/(metadata\/labels(\/[^/]*)?|spec\/gatewayClassName|spec\/models\/\d+\/(provider|auth(\/(type|valueFrom))?|rateLimits(\/(requestsPerMinute|burst|tokensPerMinute))?|timeouts(\/(request|streamIdle))?))$/;

describe("on a create", () => {
  it("all that was there is still there, as it was and in its order", () => {
    always((object, operations) => expect(lossesOf(object, patched(object, operations))).toEqual([]));
  });

  it("nothing is added in a list but to the items of spec.models", () => {
    always((_, operations) => expect(operations.filter(({ path }) => !PLACES.test(path))).toEqual([]));
  });

  it("every kind of default is seen among the generated cases, so that these properties say something", () => {
    const cases = fc.sample(fc.tuple(anyConfig, mutationFacts), { numRuns: 1000, seed: 1 });
    const paths = cases.flatMap(([object, facts]) => create(object, facts).map(({ path }) => path));
    const seen = paths.map((path) => path.replace(/\d+/, "*").replace(/labels\/.*/, "labels/*"));
    expect(new Set(seen)).toEqual(
      new Set([
        "/metadata/labels",
        "/metadata/labels/*",
        "/spec/gatewayClassName",
        "/spec/models/*/provider",
        "/spec/models/*/auth",
        "/spec/models/*/auth/type",
        "/spec/models/*/auth/valueFrom",
        "/spec/models/*/rateLimits",
        "/spec/models/*/rateLimits/requestsPerMinute",
        "/spec/models/*/rateLimits/burst",
        "/spec/models/*/rateLimits/tokensPerMinute",
        "/spec/models/*/timeouts",
        "/spec/models/*/timeouts/request",
        "/spec/models/*/timeouts/streamIdle",
      ]),
    );
  });

  it("rate limits are added within the bounds of policies, and no burst above the requests per minute", () => {
    always((object, operations, { policy }) => {
      const { min, max } = policy.rateLimits;
      for (const { field, value, steadyRate } of addedRates(object, operations)) {
        const most = Math.min(max[field]?.value ?? Number.POSITIVE_INFINITY, steadyRate);
        expect(value).toBeLessThanOrEqual(most);
        expect(value).toBeGreaterThanOrEqual(min[field]?.value ?? 0);
      }
    });
  });

  it("a second pass adds nothing", () => {
    always((object, operations, facts) => expect(create(patched(object, operations), facts)).toEqual([]));
  });

  it("the operations are what a comparison of the objects finds", () => {
    always((object, operations) => {
      if (typeof object !== "object" || object === null) return;
      const found = fastJsonPatch.compare(object, patched(object, operations) as object);
      expect(byPath(found)).toEqual(byPath(operations));
    });
  });

  it("fast-json-patch applies them with validation, to the same result", () => {
    always((object, operations) => {
      const copy: unknown = structuredClone(object);
      const { newDocument } = fastJsonPatch.applyPatch(copy, operations as AddOperation[], true);
      expect(newDocument).toEqual(patched(object, operations));
    });
  });

  it("the same question has the same answer", () => {
    always((object, operations, facts) => expect(create(structuredClone(object), facts)).toEqual(operations));
  });

  it("integers beyond 2^53 survive, wherever they stand", () => {
    always((object, _, facts) => {
      const text = withHugeIntegers(object);
      const exact = parseExactly(text);
      const operations = create(JSON.parse(text), facts);
      const result = JSON.stringify(patchedInPlace(parseExactly(text), operations));
      expect(lossesOf(exact, parseExactly(result))).toEqual([]);
    });
  });
});

describe("on any JSON", () => {
  it("operations are found without a fault, on a create and on an update", () => {
    fc.assert(
      fc.property(
        fc.oneof(anyConfig, hostileValue),
        fc.oneof(anyConfig, hostileValue),
        mutationFacts,
        (object, old, facts) => {
          expect(mutationOperations(aiGatewayConfig, object, old, facts)).toBeInstanceOf(Array);
        },
      ),
      { numRuns: 500 },
    );
  });
});

/** The rate limits that operations add, and for a burst the requests per minute that result. */
function addedRates(object: unknown, operations: readonly AddOperation[]) {
  const result = patched(object, operations);
  const places = new Set(operations.map(({ path }) => path.split("/").slice(1, 5).join("/")));
  return [...places].flatMap((place) => {
    if (!place.endsWith("/rateLimits")) return [];
    const before = valueAt(object, place.split("/")) ?? {};
    const after = valueAt(result, place.split("/")) as Readonly<Partial<Record<RateLimitField, number>>>;
    return RATE_LIMIT_FIELDS.filter((field) => after[field] !== undefined && !Object.hasOwn(before, field)).map(
      (field) => ({
        field,
        value: after[field],
        steadyRate: (field === "burst" ? after.requestsPerMinute : undefined) ?? Number.POSITIVE_INFINITY,
      }),
    );
  });
}

/** Places where the result does not hold what was there: another value, another length, another order of keys. */
function lossesOf(before: unknown, after: unknown, path = ""): readonly string[] {
  if (typeof before !== "object" || before === null) return Object.is(before, after) ? [] : [path];
  if (typeof after !== "object" || after === null || Array.isArray(before) !== Array.isArray(after)) return [path];
  const names = Object.keys(before);
  const kept = Object.keys(after).filter((name) => Object.hasOwn(before, name));
  if (names.join() !== kept.join() || (Array.isArray(before) && before.length !== kept.length)) return [path];
  return names.flatMap((name) => lossesOf(fieldOf(before, name), fieldOf(after, name), `${path}/${name}`));
}

function fieldOf(holder: object, name: string): unknown {
  return (holder as Readonly<Record<string, unknown>>)[name];
}

function byPath(operations: readonly { readonly path: string }[]) {
  return operations.toSorted((left, right) => (left.path < right.path ? -1 : 1));
}

function deepFrozen(value: unknown): unknown {
  if (typeof value === "object" && value !== null) Object.values(Object.freeze(value)).forEach(deepFrozen);
  return value;
}

/** What Node has and TypeScript's library does not know yet: numbers kept as the text that they were. */
interface ExactJson {
  rawJSON(text: string): unknown;
  parse(text: string, reviver: (name: string, value: unknown, context: { source?: string }) => unknown): unknown;
}

const exactJson = JSON as unknown as ExactJson;

/** The object's JSON, with an odd number beyond 2^53, which no double can hold, for each integer. */
function withHugeIntegers(object: unknown): string {
  return JSON.stringify(object, (_, value: unknown) =>
    Number.isInteger(value)
      ? exactJson.rawJSON(`${2n ** 53n + 1n + 2n * BigInt(Math.abs(Number(value)) % 1000)}`)
      : value,
  );
}

function parseExactly(text: string): unknown {
  return exactJson.parse(text, (_, value, { source }) =>
    typeof value === "number" ? exactJson.rawJSON(source ?? "0") : value,
  );
}
