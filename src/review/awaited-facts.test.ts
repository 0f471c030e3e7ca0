import { expect, test } from "vitest";
import type { AdmissionRequest } from "#api/admission-review.ts";
import { API_VERSION } from "#api/kind.ts";
import type { AIGatewayConfig } from "#api/kinds/ai-gateway-config.ts";
import type { KubernetesObject } from "#api/object-meta.ts";
import { FactIndex } from "#policy/fact-index.ts";
import { configWith, NOW } from "../../test/support/facts.ts";
import { requestFor } from "../../test/support/review-fixture.ts";
import { reviewMutation, reviewValidation } from "./admission.ts";
import type { Verdict } from "./verdict.ts";

const TEAM: KubernetesObject = { apiVersion: "v1", kind: "Namespace", metadata: { name: "team-a" } };

const STRICT = policy({ rules: { "unapproved-model": "Deny" }, rateLimits: { max: { burst: 100 } } });

function policy(spec: object): KubernetesObject {
  return fact("AIGatewayPolicy", "strict", { mode: "Enforce", ...spec });
}

function fact(kind: string, name: string, spec: object): KubernetesObject {
  return { apiVersion: API_VERSION, kind, metadata: { name }, spec } as KubernetesObject;
}

function world(...facts: readonly KubernetesObject[]) {
  const lookup = new FactIndex();
  lookup.replace(facts);
  return { lookup, now: NOW };
}

const APPROVAL = fact("ApprovedModel", "openai", {
  provider: "openai",
  models: ["gpt-4o"],
  lifecycle: { state: "Approved", approvedBy: "p", ticket: "t" },
});

const MODEL = { name: "gpt-4o", provider: "openai", endpoint: "https://api.openai.com/v1" };

function create(spec: Partial<AIGatewayConfig["spec"]>): AdmissionRequest {
  return requestFor(configWith(spec), undefined);
}

function awaited(review: typeof reviewValidation, request: AdmissionRequest, context: ReturnType<typeof world>) {
  const { allowed, awaits } = review(request, context) as Verdict;
  return { allowed, awaits };
}

test("a denial for want of an approval awaits one, and stands no more when it came", () => {
  const request = create({ models: [MODEL] });
  expect(awaited(reviewValidation, request, world(TEAM, STRICT))).toEqual({
    allowed: false,
    awaits: ["ApprovedModel"],
  });
  expect(awaited(reviewValidation, request, world(TEAM, STRICT, APPROVAL))).toEqual({ allowed: true, awaits: [] });
});

test("so does one for an approval that does not cover the model yet", () => {
  const proposed = structuredClone(APPROVAL) as unknown as { spec: { lifecycle: { state: string } } };
  proposed.spec.lifecycle.state = "Proposed";
  const context = world(TEAM, STRICT, proposed as unknown as KubernetesObject);
  expect(awaited(reviewValidation, create({ models: [MODEL] }), context).awaits).toEqual(["ApprovedModel"]);
});

test("what only warns awaits nothing", () => {
  expect(awaited(reviewValidation, create({ models: [MODEL] }), world(TEAM))).toEqual({ allowed: true, awaits: [] });
});

test("a denial with a cause that no fact takes away stands, whatever else it lacks", () => {
  const request = create({ models: [{ ...MODEL, rateLimits: { burst: 500 } }] });
  expect(awaited(reviewValidation, request, world(TEAM, STRICT))).toEqual({ allowed: false, awaits: [] });
});

test.each([
  ["that is named", { gatewayClassName: "shared" }],
  ["by default", {}],
])("a variable awaits the class %s, and both facts where both are missing", (_, spec) => {
  const models = [{ ...MODEL, auth: { type: "apikey" as const, value: "${KEY}" } }];
  const denied = { allowed: false, awaits: ["AIGatewayClass"] };
  expect(awaited(reviewValidation, create({ ...spec, models }), world(TEAM))).toEqual(denied);
  expect(awaited(reviewValidation, create({ ...spec, models }), world(TEAM, STRICT)).awaits?.toSorted()).toEqual([
    "AIGatewayClass",
    "ApprovedModel",
  ]);
});

test("but not where the class is there and allows none", () => {
  const models = [{ ...MODEL, auth: { type: "apikey" as const, value: "${KEY}" } }];
  const context = world(TEAM, fact("AIGatewayClass", "shared", {}));
  expect(awaited(reviewValidation, create({ gatewayClassName: "shared", models }), context).awaits).toEqual([]);
});

test("every verdict in a namespace that is not known awaits the namespace, since defaults and bounds depend on it", () => {
  const request = create({ models: [{ ...MODEL, rateLimits: { burst: 500 } }] });
  const awaits = ["Namespace"];
  expect(awaited(reviewMutation, request, world())).toEqual({ allowed: true, awaits });
  expect(awaited(reviewValidation, request, world())).toEqual({ allowed: true, awaits });
  expect(awaited(reviewValidation, request, world(STRICT))).toEqual({ allowed: false, awaits });
  expect(awaited(reviewMutation, request, world(TEAM))).toEqual({ allowed: true, awaits: [] });
});

test("but not a denial by the schema or by a rule that holds everywhere", () => {
  const misshapen = create({ models: [{ ...MODEL, rateLimits: { burst: -1 } }] });
  expect(awaited(reviewMutation, misshapen, world())).toEqual({ allowed: false, awaits: undefined });
  const undeclared = create({ models: [MODEL], routes: [{ path: "/", targetModel: "other" }] });
  expect(awaited(reviewValidation, undeclared, world())).toEqual({ allowed: false, awaits: [] });
});

test("a policy belongs to no namespace", () => {
  const request = { ...requestFor(configWith(), undefined), namespace: "", object: policy({}) };
  const resource = { ...request.resource, resource: "aigatewaypolicies" };
  expect(awaited(reviewValidation, { ...request, resource }, world())).toEqual({ allowed: true, awaits: [] });
});
