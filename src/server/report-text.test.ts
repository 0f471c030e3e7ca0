import { expect, test } from "vitest";
import { reportText } from "./report-text.ts";

const identity = {
  index: 0,
  line: 1,
  apiVersion: "gateway.example.com/v1",
  kind: "AIGatewayConfig",
  namespace: "a",
  name: "b",
};
const violation = {
  rule: "r",
  path: "spec.x",
  kind: "Forbidden",
  message: "Forbidden: must not (r)",
  line: 3,
  column: 7,
} as const;

test("a verdict reads as one line a violation, with its place, then the defaults", () => {
  const text = reportText([
    {
      ...identity,
      allowed: false,
      defaulted: null,
      warnings: [],
      audited: [{ policy: "tried", ...violation, action: "Deny", excused: false }],
      unknownFields: ["spec.typo"],
      patch: [{ op: "add", path: "/spec/y", value: { a: 1 } }],
      violations: [
        { ...violation, action: "Deny", excused: false },
        { ...violation, action: "Deny", excused: true },
        { ...violation, action: "Audit", excused: false },
      ],
    },
  ]);
  expect(text).toBe(`AIGatewayConfig a/b: denied
  3:7: Deny spec.x: Forbidden: must not (r)
  3:7: Warn spec.x: Forbidden: must not (r)
  3:7: Deny spec.x: Forbidden: must not (r); policy tried only audits
  unknown field spec.typo
  default /spec/y = {"a":1}
`);
});
