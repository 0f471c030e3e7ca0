import fc from "fast-check";
import { expect, test } from "vitest";
import type { AdmissionRequest } from "#api/admission-review.ts";
import { API_VERSION, GROUP, type Kind, VERSION } from "#api/kind.ts";
import { aiGatewayConfig } from "#api/kinds/ai-gateway-config.ts";
import { modelConfig } from "#api/kinds/model-config.ts";
import { KINDS } from "#api/kinds.ts";
import { FactIndex } from "#policy/fact-index.ts";
import { objectsOfKind } from "../../test/support/arbitrary-by-schema.ts";
import { broken, hostileValue } from "../../test/support/arbitrary-json.ts";
import { anyConfig, factObjects } from "../../test/support/arbitrary-objects.ts";
import { NOW } from "../../test/support/facts.ts";
import { KNOWN_MODELS } from "../../test/support/known-models.ts";
import { approvalWith } from "../../test/support/mutation.ts";
import { reviewMutation, reviewValidation } from "./admission.ts";
import { reviewDocument } from "./document.ts";

const anything = fc.oneof({ weight: 4, arbitrary: anyConfig }, { weight: 1, arbitrary: hostileValue });

test("whatever an object and the one before it are, every face has a verdict", () => {
  fc.assert(
    fc.property(factObjects, anything, fc.option(anything, { nil: null }), (facts, object, oldObject) => {
      const lookup = new FactIndex(KNOWN_MODELS);
      lookup.replace(facts);
      expectVerdicts(object, oldObject, lookup);
    }),
    { numRuns: 300 },
  );
});

test.each(KINDS)("so have objects of kind $kind, whole and broken", (kind) => {
  const whole = objectsOfKind(kind);
  const any = fc.oneof(whole, broken(whole));
  fc.assert(
    fc.property(factObjects, any, fc.option(any, { nil: null }), (facts, object, oldObject) => {
      const lookup = new FactIndex(KNOWN_MODELS);
      lookup.replace(facts);
      expectVerdicts(object, oldObject, lookup, kind);
    }),
    { numRuns: 200 },
  );
});

const SPEC = { models: [{ name: "a", endpoint: "https://10.0.0.1" }], routes: [] };

test("so has an object without metadata", () => {
  const bare = { apiVersion: API_VERSION, kind: "AIGatewayConfig", spec: SPEC };
  expectVerdicts(bare, null);
  expectVerdicts({ ...bare, metadata: { name: "a" } }, bare);
});

test("so has an update of a ModelConfig whose name was no text", () => {
  const lookup = new FactIndex(KNOWN_MODELS);
  lookup.replace([approvalWith({ models: ["gpt-*"] })]);
  const old = {
    apiVersion: API_VERSION,
    kind: "ModelConfig",
    metadata: { name: -1 },
    spec: { endpoint: "https://a.example" },
  };
  expectVerdicts(false, old, lookup, modelConfig);
});

test("so has an object whose kind is no text", () => {
  expectVerdicts({ apiVersion: API_VERSION, kind: { toString: 1, valueOf: 1 }, spec: SPEC }, null);
  expect(reviewDocument({ apiVersion: API_VERSION, kind: ["AIGatewayConfig"], spec: SPEC }, world())).toHaveProperty(
    "foreign",
  );
});

function expectVerdicts(
  object: unknown,
  oldObject: unknown,
  lookup = new FactIndex(KNOWN_MODELS),
  { kind, plural }: Kind = aiGatewayConfig,
): void {
  const request: AdmissionRequest = {
    uid: "u",
    kind: { group: GROUP, version: VERSION, kind },
    resource: { group: GROUP, version: VERSION, resource: plural },
    namespace: "team-a",
    operation: oldObject === null ? "CREATE" : "UPDATE",
    object,
    oldObject,
  };
  const reviewed = [reviewMutation, reviewValidation].map((review) => review(structuredClone(request), world(lookup)));
  for (const verdict of reviewed) expect(verdict).toHaveProperty("allowed");
  expect(reviewDocument(object, world(lookup))).toBeTypeOf("object");
}

function world(lookup = new FactIndex(KNOWN_MODELS)) {
  return { lookup, now: NOW };
}
