import { expect, test } from "vitest";
import type { AdmissionRequest } from "#api/admission-review.ts";
import type { Violation } from "#api/violation.ts";
import type { Verdict } from "#review/verdict.ts";
import { REVIEW } from "../../test/support/started-admission-server.ts";
import { denialOf } from "./denial.ts";

const request = REVIEW.request as AdmissionRequest;

function violation(path: string, message = "Forbidden: must not be so"): Violation {
  return { rule: "some-rule", path, kind: "Forbidden", message, action: "Deny", excused: false };
}

function denied(violations: readonly Violation[]): Verdict {
  return { allowed: false, violations, audited: [], notices: [], operations: [] };
}

test("several faults are joined as the API server joins them", () => {
  const { message } = denialOf(request, denied([violation("spec.a"), violation("", "Required value: must be given")]));
  expect(message).toBe(
    'AIGatewayConfig.gateway.example.com "sample" is invalid: [spec.a: Forbidden: must not be so, Required value: must be given]',
  );
});

test("excused violations and warnings are no causes", () => {
  const excused = { ...violation("spec.a"), excused: true };
  const warned: Violation = { ...violation("spec.b"), action: "Warn" };
  const { details } = denialOf(request, denied([excused, warned, violation("spec.c")]));
  expect(details?.causes?.map(({ field }) => field)).toEqual(["spec.c"]);
});

test("with generateName the denial names what there is", () => {
  const object = { metadata: { generateName: "sample-" } };
  expect(denialOf({ ...request, name: "", object }, denied([])).details?.name).toBe("sample-");
  expect(denialOf({ ...request, name: "", object: null }, denied([])).details?.name).toBe("");
});

test("a hostile object gets an answer of bounded size that says how many more there are", () => {
  const hostile = Array.from({ length: 10_000 }, (_, index) =>
    violation(`spec.routes[${index}]${"x".repeat(5000)}`, `Invalid value: ${"\u202E\n".repeat(5000)}`),
  );
  const status = denialOf(request, denied(hostile));
  expect(status.details?.causes).toHaveLength(101);
  expect(status.details?.causes?.at(-1)?.message).toBe("Too many: 9900 more violations are not listed");
  expect(status.message).toMatch(/, and 9997 more\]$/);
  expect(JSON.stringify(status).length).toBeLessThan(512 * 1024);
  expect(JSON.stringify(status)).not.toMatch(/\\n|\u202E/);
});
