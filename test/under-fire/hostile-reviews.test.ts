import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { AdmissionResponse } from "#api/admission-review.ts";
import { FactIndex } from "#policy/fact-index.ts";
import { reviewMutation, reviewValidation } from "#review/admission.ts";
import type { ReviewContext } from "#review/verdict.ts";
import type { Finding, Rule } from "#validate/rule.ts";
import { classWith, configWith, NOW } from "../support/facts.ts";
import { KNOWN_MODELS } from "../support/known-models.ts";
import { REVIEW, reviewWith, StartedAdmissionServer } from "../support/started-admission-server.ts";

const REVIEWS = { "/mutate": reviewMutation, "/validate": reviewValidation } as const;
type Path = keyof typeof REVIEWS;
const PATHS = ["/mutate", "/validate"] as const;

const GOOD = configWith();
/** Refused by schema and rules, wherever it is judged. */
const FAULTY = configWith({ models: [{ name: "" }] });
/** What a review of nothing that is judged comes to. */
const PASSED = { uid: "uid-1", allowed: true };

let server: StartedAdmissionServer;
let lookup: FactIndex;

beforeAll(async () => {
  server = await StartedAdmissionServer.start();
});

beforeEach(() => {
  lookup = new FactIndex(KNOWN_MODELS);
});

afterAll(() => server[Symbol.asyncDispose]());

/** What is answered to REVIEW with other fields by what serves, or with something planted in it. */
async function answer(path: Path, fields: object, planted: Partial<ReviewContext> = {}): Promise<AdmissionResponse> {
  server.review = (request) => REVIEWS[path](request, { lookup, now: NOW, ...planted });
  const { code, body } = await server.call(`${path}?timeout=10s`, { body: reviewWith(fields) });
  expect(code).toBe(200);
  return (JSON.parse(body) as { response: AdmissionResponse }).response;
}

describe.each(PATHS)("%s", (path) => {
  test("refuses a kind that is not ours by name, with code 400, whatever the operation", async () => {
    const resource = { group: "", version: "v1", resource: "pods" };
    for (const operation of ["CREATE", "UPDATE", "DELETE", "CONNECT"]) {
      const response = await answer(path, { operation, resource, object: FAULTY });
      expect(response).toMatchObject({ uid: "uid-1", allowed: false, status: { code: 400, reason: "BadRequest" } });
      expect(response.status?.message).toContain("resource pods.v1. ");
    }
  });

  test("lets every subresource pass, whatever the object and the operation", async () => {
    expect(await answer(path, { object: FAULTY })).toMatchObject({ allowed: false });
    for (const subResource of ["status", "scale", "finalizers", "anything"]) {
      for (const operation of ["CREATE", "UPDATE", "DELETE", "CONNECT"]) {
        expect(await answer(path, { operation, subResource, object: FAULTY })).toEqual(PASSED);
      }
    }
  });

  test("lets CONNECT pass, with an object or without", async () => {
    for (const object of [FAULTY, null]) expect(await answer(path, { operation: "CONNECT", object })).toEqual(PASSED);
  });

  test("refuses an operation that nobody knows", async () => {
    const response = await answer(path, { operation: "PATCH", object: GOOD });
    expect(response).toMatchObject({ uid: "uid-1", allowed: false, status: { code: 400 } });
    expect(response.status?.message).toContain("'CREATE', 'UPDATE', 'DELETE', 'CONNECT'");
  });

  test.each([[null], [FAULTY]])("lets DELETE pass with a null object, where the old one is %j", async (oldObject) => {
    expect(await answer(path, { operation: "DELETE", object: null, oldObject })).toEqual(PASSED);
  });

  test("judges an object that has no name yet, and names what there is", async () => {
    const unnamed = (object: typeof GOOD) => ({
      name: undefined,
      object: { ...object, metadata: { generateName: "main-", namespace: "default" } },
    });
    expect(await answer(path, unnamed(GOOD))).toMatchObject(PASSED);
    expect(await answer(path, unnamed(FAULTY))).toMatchObject({
      allowed: false,
      status: { code: 422, details: { name: "main-", causes: [{ field: "spec.models[0].name" }] } },
    });
  });

  test("keeps nothing of what it reviewed, in a dry run or not", async () => {
    const asUser = { ...GOOD, spec: { ...GOOD.spec, gatewayClassName: "new" } };
    const before = await answer(path, { object: asUser });
    for (const dryRun of [true, false]) {
      await answer(path, { ...CREATED_CLASS, dryRun });
      expect(await answer(path, { object: asUser, dryRun })).toEqual(before);
    }
    expect(lookup.gatewayClass("new")).toBeUndefined();
    lookup.apply(CREATED_CLASS.object);
    expect(lookup.gatewayClass("new")).toBeDefined(); // which is how it is learned
  });

  test.each<[string, () => readonly Finding[]]>([
    [
      "throws",
      () => {
        throw new Error("planted");
      },
    ],
    ["returns undefined", () => undefined as unknown as readonly Finding[]],
    ["returns a text", () => "nonsense" as unknown as readonly Finding[]],
    ["returns a promise", () => Promise.resolve([]) as unknown as readonly Finding[]],
    ["finds something nowhere", () => [{ detail: "must not", kind: "Forbidden", read: [] } as unknown as Finding]],
    ["finds nothing in a list", () => [undefined] as unknown as readonly Finding[]],
  ])("refuses what a rule that %s was to judge, counts it, and judges the next", async (_, object) => {
    const faulty: Rule = {
      id: "faulty",
      claim: "planted",
      why: "planted",
      action: "Deny",
      floor: true,
      judges: { object },
    };
    await expectFault(path, { rules: [faulty] });
  });
});

const CREATED_CLASS = {
  kind: { group: "gateway.example.com", version: "v1", kind: "AIGatewayClass" },
  resource: { group: "gateway.example.com", version: "v1", resource: "aigatewayclasses" },
  name: "new",
  namespace: "",
  object: classWith({}, "new"),
};

test("a deletecollection names nothing, so what is deleted is known by the old object", async () => {
  lookup.apply(configWith({ gatewayClassName: "new" }));
  const request = { ...CREATED_CLASS, operation: "DELETE", name: "", object: null, oldObject: CREATED_CLASS.object };
  expect(await answer("/mutate", request)).toEqual(PASSED);
  expect(await answer("/validate", request)).toMatchObject({ allowed: false, status: { details: { name: "new" } } });
});

test.each([
  ["below nothing", "/spec/nowhere/0/name"],
  ["below a text", "/kind/0/name"],
  ["beyond a list", "/spec/models/7"],
])("a patch of ours that leads %s is not sent, but counted", async (_, path) => {
  const fitting = { defaults: () => [{ op: "add", path: "/spec/gatewayClassName", value: "a" }] as const };
  expect(await answer("/mutate", { object: GOOD }, fitting)).toMatchObject({ ...PASSED, patchType: "JSONPatch" });
  const response = await expectFault("/mutate", { defaults: () => [{ op: "add", path, value: 1 }] });
  expect(response).not.toHaveProperty("patch");
});

test("a dry run is answered, counted and logged as one, and patched as any other", async () => {
  const planted = { defaults: () => [{ op: "add", path: "/spec/gatewayClassName", value: "a" }] as const };
  const responses = [];
  for (const dryRun of [true, false]) responses.push(await answer("/mutate", { object: GOOD, dryRun }, planted));
  expect(responses[0]).toEqual(responses[1]);
  server.lines.length = 0;
  await answer("/validate", { object: FAULTY, dryRun: true });
  expect(server.lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([{ verdict: "denied", dryRun: true }]);
  expect(await server.metrics()).toMatch(
    /gatehouse_admission_reviews_total\{.*verdict="denied",dry_run="true"\} [1-9]/,
  );
});

/** A review with something planted in it is refused as a fault of ours, which harms no other. */
async function expectFault(path: Path, planted: Partial<ReviewContext>): Promise<AdmissionResponse> {
  const before = await panics();
  const response = await answer(path, { object: GOOD }, planted);
  expect(response).toMatchObject({
    uid: REVIEW.request.uid,
    allowed: false,
    status: { code: 500, reason: "InternalError" },
  });
  expect(JSON.stringify(response)).not.toContain("planted");
  expect(await panics()).toBe(before + 1);
  expect(await answer(path, { object: GOOD })).toMatchObject(PASSED);
  return response;
}

function panics(): Promise<number> {
  return server.metric("controller_runtime_webhook_panics_total");
}
