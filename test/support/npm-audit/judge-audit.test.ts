import { expect, test } from "vitest";
import { judgeAudit } from "./judge-audit.ts";

// As npm 11 prints them.

const QS = advisory({ name: "qs", title: "it hangs", severity: "high" });
const YAML = advisory({ name: "yaml", title: "it is slow", severity: "low" });

test.each(["high", "critical"])("findings of level %s fail, with every advisory once", (severity) => {
  const vulnerabilities = {
    express: { name: "express", severity, via: ["qs"], effects: [] },
    qs: { name: "qs", severity, via: [{ ...QS, severity }], effects: ["express"] },
    yaml: { name: "yaml", severity: "low", via: [YAML], effects: [] },
  };
  expect(judgeAudit(report(vulnerabilities, { low: 1, [severity]: 2 }))).toEqual({
    outcome: "findings",
    lines: [
      "npm audit: known faults of level high or critical in production packages",
      `  ${severity}: qs <99.0.0: it hangs (https://github.com/advisories/qs)`,
      "  low: yaml <99.0.0: it is slow (https://github.com/advisories/yaml)",
    ],
  });
});

test("lesser findings pass, and are shown", () => {
  const yaml = { name: "yaml", severity: "low", via: [YAML], effects: [] };
  const { outcome, lines } = judgeAudit(report({ yaml }, { low: 1 }));
  expect(outcome).toBe("clean");
  expect(lines.at(-1)).toContain("low: yaml");
});

test("an audit that finds nothing passes", () => {
  expect(judgeAudit(report({}, {}))).toEqual({
    outcome: "clean",
    lines: ["npm audit: no known fault of level high or critical in production packages"],
  });
});

test.each([
  ["405 Method Not Allowed - POST https://me:secret@npm.example.com/-/npm/v1/security/advisories/bulk", 405],
  ["503 Service Unavailable - POST http://127.0.0.1:1/-/npm/v1/security/advisories/bulk", 503],
  ["request to http://127.0.0.1:9/-/npm/v1/security/advisories/bulk failed, reason: connect ECONNREFUSED", undefined],
  ["invalid json response body at http://127.0.0.1:1/-/npm reason: Unexpected token '<'", undefined],
])("a registry that gives no answer fails nothing, and is told of in one line: %s", (message, statusCode) => {
  const { outcome, lines } = judgeAudit(JSON.stringify({ message, statusCode, error: { summary: "", detail: "" } }));
  expect(outcome).toBe("unanswered");
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^npm audit: NOT AUDITED, .* the registry/);
  expect(lines[0]).not.toMatch(/secret|https?:/);
});

test("a fault of ours is one", () => {
  const error = { code: "ENOLOCK", summary: "This command requires an existing lockfile.", detail: "" };
  expect(() => judgeAudit(JSON.stringify({ error }))).toThrow("ENOLOCK");
  expect(() => judgeAudit("")).toThrow("JSON");
});

function report(vulnerabilities: object, counts: Readonly<Record<string, number>>): string {
  const found = { info: 0, low: 0, moderate: 0, high: 0, critical: 0, ...counts };
  return JSON.stringify({ auditReportVersion: 2, vulnerabilities, metadata: { vulnerabilities: found } });
}

function advisory(told: { name: string; title: string; severity: string }) {
  const url = `https://github.com/advisories/${told.name}`;
  return { source: 1, dependency: told.name, ...told, url, cwe: ["CWE-400"], range: "<99.0.0" };
}
