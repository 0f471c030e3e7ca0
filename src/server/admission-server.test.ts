import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { AdmissionResponse } from "#api/admission-review.ts";
import type { Violation } from "#api/violation.ts";
import type { Verdict } from "#review/verdict.ts";
import { ALLOWED, REVIEW, SECRET, StartedAdmissionServer } from "../../test/support/started-admission-server.ts";
import type { Review } from "./admission-review.ts";

const DEFAULTED: Verdict = { ...ALLOWED, operations: [{ op: "add", path: "/spec/a~1b", value: "ü" }] };
const TOO_HIGH: Violation = {
  rule: "rate-limit-bounds",
  path: "spec.models[0].rateLimits.burst",
  kind: "Invalid value",
  message: "Invalid value: 9: must be less than or equal to 5 (rate-limit-bounds, policy p)",
  source: "policy p",
  action: "Deny",
  excused: false,
};
const DENIED: Verdict = {
  ...ALLOWED,
  allowed: false,
  operations: DEFAULTED.operations,
  violations: [TOO_HIGH, { ...TOO_HIGH, rule: "endpoint-path", path: "spec.models[0].endpoint", action: "Warn" }],
};

let started: StartedAdmissionServer;

beforeAll(async () => {
  started = await StartedAdmissionServer.start();
});

afterAll(() => started[Symbol.asyncDispose]());

describe("a decided review", () => {
  test("echoes uid and apiVersion and says no more than that it is allowed", async () => {
    started.review = () => ALLOWED;
    const answer = await started.call("/validate", {
      body: JSON.stringify({ ...REVIEW, apiVersion: "admission.k8s.io/v1beta1" }),
    });
    expect(JSON.parse(answer.body)).toEqual({
      apiVersion: "admission.k8s.io/v1beta1",
      kind: "AdmissionReview",
      response: { uid: "uid-1", allowed: true },
    });
  });

  test("carries patch and patchType from /mutate", async () => {
    const { patch, patchType } = await started.responseTo("/mutate", DEFAULTED);
    expect(patchType).toBe("JSONPatch");
    expect(JSON.parse(Buffer.from(patch ?? "", "base64").toString())).toEqual(DEFAULTED.operations);
  });

  test.each([
    ["on /validate", "/validate", DEFAULTED, {}],
    ["on a denial", "/mutate", DENIED, {}],
    ["without an object", "/mutate", DEFAULTED, { object: null, operation: "DELETE" }],
    ["without operations", "/mutate", ALLOWED, {}],
  ])("carries neither patch nor patchType %s", async (_, path, verdict, request) => {
    const response = await started.responseTo(path, verdict, request);
    expect(response).not.toHaveProperty("patch");
    expect(response).not.toHaveProperty("patchType");
  });

  test("that denies is an Invalid with complete causes, warnings and rule ids", async () => {
    expect(await started.responseTo("/validate", DENIED)).toEqual({
      uid: "uid-1",
      allowed: false,
      status: {
        status: "Failure",
        code: 422,
        reason: "Invalid",
        message: `AIGatewayConfig.gateway.example.com "sample" is invalid: ${TOO_HIGH.path}: ${TOO_HIGH.message}`,
        details: {
          group: "gateway.example.com",
          kind: "AIGatewayConfig",
          name: "sample",
          causes: [{ reason: "FieldValueInvalid", field: TOO_HIGH.path, message: TOO_HIGH.message }],
        },
      },
      warnings: [`spec.models[0].endpoint: ${TOO_HIGH.message}`],
      auditAnnotations: { "denied-by-rules": "rate-limit-bounds", "warned-by-rules": "endpoint-path" },
    });
  });

  test("of a kind that is not ours is refused by name, with code 400", async () => {
    started.review = () => ({ unsupported: "resource pods.v1. is not governed by Gatehouse" });
    const { body, code } = await started.call("/validate", { body: JSON.stringify(REVIEW) });
    const { response } = JSON.parse(body) as { response: AdmissionResponse };
    expect(code).toBe(200);
    expect(response).toMatchObject({ uid: "uid-1", allowed: false, status: { code: 400, reason: "BadRequest" } });
    expect(response.status?.message).toContain("pods.v1.");
  });

  test.each<[string, Review]>([
    [
      "throws",
      () => {
        throw new Error(`at ${SECRET}`);
      },
    ],
    ["returns nonsense", () => ({}) as Verdict],
    ["returns what JSON cannot say", () => ({ ...ALLOWED, operations: [{ op: "add", path: "/a", value: 1n }] })],
  ])("that %s is refused with code 500 and its uid, is counted, and the server lives", async (_, faulty) => {
    const before = await started.metric("controller_runtime_webhook_panics_total");
    started.review = faulty;
    const { body, code } = await started.call("/mutate", { body: JSON.stringify(REVIEW) });
    expect(code).toBe(200);
    expect(JSON.parse(body)).toMatchObject({
      response: { uid: "uid-1", allowed: false, status: { code: 500, reason: "InternalError" } },
    });
    expect(body).not.toMatch(/sk-|\.ts|at /);
    expect(await started.metric("controller_runtime_webhook_panics_total")).toBe(before + 1);
    expect((await started.responseTo("/mutate", ALLOWED)).allowed).toBe(true);
  });
});

describe("what is observed", () => {
  test("a line for each review that denied, warned or failed, and nothing of the object in it", async () => {
    started.lines.length = 0;
    await started.responseTo("/validate", DENIED);
    expect(started.lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      {
        webhook: "/validate",
        uid: "uid-1",
        kind: "AIGatewayConfig",
        namespace: "default",
        name: "sample",
        operation: "CREATE",
        verdict: "denied",
        rules: ["rate-limit-bounds", "endpoint-path"],
      },
    ]);
    started.review = () => {
      throw new Error(SECRET);
    };
    await started.call("/mutate", { body: JSON.stringify(REVIEW) });
    expect(started.lines).toHaveLength(2);
    expect(started.lines[1]).toContain("admission-server.test.ts");
    expect(started.lines.join("")).not.toContain(SECRET);
  });

  test("requests, reviews and violations under bounded labels", async () => {
    await started.responseTo("/validate", DENIED, {
      kind: { group: "", version: "v1", kind: "Hostile" },
      operation: "EXPLODE",
    });
    const text = await started.metrics();
    expect(text).toContain('controller_runtime_webhook_requests_total{webhook="/validate",code="500"} 0');
    expect(text).toMatch(/controller_runtime_webhook_latency_seconds_bucket\{webhook="\/mutate",le="\+Inf"\} [1-9]/);
    expect(text).toMatch(
      /gatehouse_admission_reviews_total\{kind="other",operation="other",verdict="denied",dry_run="false"\} 1/,
    );
    expect(text).toMatch(/gatehouse_admission_violations_total\{rule="rate-limit-bounds",action="Deny"\} [1-9]/);
    expect(text).toMatch(/gatehouse_admission_duration_seconds_bucket\{.*verdict="denied",le="0.0001"\}/);
    expect(text).not.toContain("Hostile");
    // It falls when the connection is done with the answer, which is a moment after the client has it.
    await expect.poll(() => started.metric("controller_runtime_webhook_requests_in_flight")).toBe(0);
  });
});

test("draining ends readiness, answers what still comes and closes each connection with its answer", async () => {
  expect(await started.readiness.states()).toEqual([{ name: "admission-server", holds: true }]);
  started.server.beginDraining();
  expect(await started.readiness.states()).toEqual([{ name: "admission-server", holds: false }]);
  started.review = () => ALLOWED;
  const answer = await started.call("/validate", { body: JSON.stringify(REVIEW) });
  expect(answer).toMatchObject({ code: 200, headers: { connection: "close" } });
  await started.server.close();
  await expect(started.call("/validate", { body: JSON.stringify(REVIEW) })).rejects.toThrow(/ECONNREFUSED/);
});
