import fc from "fast-check";
import type { Log } from "sarif";
import { SaxesParser } from "saxes";
import { describe, expect, test } from "vitest";
import type { Violation } from "#api/violation.ts";
import { RULES } from "#validate/rules.ts";
import { githubReport } from "./github-report.ts";
import { junitReport } from "./junit-report.ts";
import type { ReportedObject } from "./reported-object.ts";
import { sarifReport } from "./sarif-report.ts";

const violation = (change: Partial<Violation> = {}): Violation => ({
  rule: "rate-limit-bounds",
  path: "spec.models[0].rateLimits.burst",
  kind: "Invalid value",
  message: "Invalid value: 9: must be less than or equal to 5 (rate-limit-bounds, policy strict)",
  action: "Deny",
  excused: false,
  ...change,
});

const DENIED: ReportedObject = {
  file: "teams/a b.yaml",
  line: 3,
  kind: "AIGatewayConfig",
  namespace: "team-a",
  name: "main",
  allowed: false,
  violations: [
    { ...violation(), line: 9, column: 5 },
    { ...violation({ action: "Warn", rule: "unapproved-model" }), line: 7, column: 5 },
    { ...violation({ action: "Audit" }), line: 8, column: 5 },
  ],
  audited: [{ ...violation(), policy: "next", line: 9, column: 5 }],
  unknownFields: ["spec.modles"],
};

const STORED: ReportedObject = {
  kind: "AIRoute",
  namespace: "team-a",
  name: "chat",
  allowed: true,
  violations: [violation({ excused: true })],
  audited: [],
};

const CLEAN: ReportedObject = { ...STORED, name: "clean", violations: [] };

/** One rule twice in one object, which came by standard input. */
const TWICE: ReportedObject = {
  ...CLEAN,
  file: "-",
  allowed: false,
  violations: [violation(), violation({ path: "spec.models[1].rateLimits.burst" })],
};

describe("SARIF", () => {
  const { runs } = JSON.parse(sarifReport([DENIED, STORED, CLEAN], "1.2.3")) as Log;
  const [run] = runs;
  const results = run?.results ?? [];

  test("describes every rule, and finds each by its index", () => {
    const ids = run?.tool.driver.rules?.map(({ id }) => id) ?? [];
    expect(ids).toEqual([...RULES.map(({ id }) => id), "schema", "unknown-field"]);
    expect(results.map(({ ruleIndex = -1 }) => ids[ruleIndex])).toEqual(results.map(({ ruleId }) => ruleId));
  });

  test("describes each rule at the level that its violations have by default", () => {
    const levels = new Map(run?.tool.driver.rules?.map(({ id, defaultConfiguration }) => [id, defaultConfiguration]));
    expect(levels.get("rate-limit-bounds")).toEqual({ level: "error" });
    expect(levels.get("unapproved-model")).toEqual({ level: "warning" });
  });

  test("tells two findings of one rule in one object apart, and standard input from files", () => {
    const found = (JSON.parse(sarifReport([TWICE], "1.2.3")) as Log).runs[0]?.results ?? [];
    expect(new Set(found.map(({ partialFingerprints }) => partialFingerprints?.["gatehouseField/v1"])).size).toBe(2);
    const uris = found.map(({ locations: [location] = [] }) => location?.physicalLocation?.artifactLocation?.uri);
    expect(uris).toEqual(["stdin:", "stdin:"]);
  });

  test("has a result for each finding, at its place in the file or the cluster", () => {
    expect(results.map(({ level, locations: [location] = [] }) => [level, location?.physicalLocation])).toEqual([
      ["error", { artifactLocation: { uri: "teams/a%20b.yaml" }, region: { startLine: 9, startColumn: 5 } }],
      ["warning", { artifactLocation: { uri: "teams/a%20b.yaml" }, region: { startLine: 7, startColumn: 5 } }],
      ["note", { artifactLocation: { uri: "teams/a%20b.yaml" }, region: { startLine: 8, startColumn: 5 } }],
      ["note", { artifactLocation: { uri: "teams/a%20b.yaml" }, region: { startLine: 9, startColumn: 5 } }],
      ["warning", { artifactLocation: { uri: "teams/a%20b.yaml" }, region: { startLine: 3, startColumn: 1 } }],
      ["warning", { artifactLocation: { uri: "apis/gateway.example.com/v1/namespaces/team-a/airoutes/chat" } }],
    ]);
  });

  test("keeps a finding's fingerprint when its line moves", () => {
    const moved = { ...DENIED, violations: DENIED.violations.map((one) => ({ ...one, line: 90, column: 1 })) };
    const again = (JSON.parse(sarifReport([moved], "1.2.3")) as Log).runs[0]?.results ?? [];
    const prints = (list: typeof results) => list.map(({ partialFingerprints }) => partialFingerprints);
    expect(prints(again)).toEqual(prints(results).slice(0, again.length));
    expect(new Set(prints(results).map((print) => print?.["gatehouseField/v1"])).size).toBe(4);
  });
});

describe("JUnit", () => {
  test("tells all denials of an object in its one failure", () => {
    const failures = elementsOf(junitReport([TWICE])).filter(([name]) => name === "failure");
    expect(failures.map(([, , text]) => text)).toEqual([
      ["spec.models[0]", "spec.models[1]"].map((at) => `${at}.rateLimits.burst: ${violation().message}`).join("\n"),
    ]);
  });

  test("is a suite for each file or namespace, and a failure for each object that is denied", () => {
    expect(elementsOf(junitReport([DENIED, STORED, CLEAN]))).toEqual([
      ["testsuites", { name: "gatehouse", tests: "3", failures: "1", errors: "0" }],
      ["testsuite", { name: "teams/a b.yaml", tests: "1", failures: "1", errors: "0", skipped: "0" }],
      ["testcase", { classname: "AIGatewayConfig", name: "team-a/main", file: "teams/a b.yaml", line: "3" }],
      [
        "failure",
        {
          message: `spec.models[0].rateLimits.burst: ${violation().message}`,
          type: "rate-limit-bounds",
        },
        `9:5: spec.models[0].rateLimits.burst: ${violation().message}`,
      ],
      [
        "system-out",
        {},
        expect.stringMatching(
          /^warning 7:5: .*\nnote 8:5: .*\nnote 9:5: .*; policy next only audits\nwarning 3:1: spec.modles: /,
        ),
      ],
      ["testsuite", { name: "namespace team-a", tests: "2", failures: "0", errors: "0", skipped: "0" }],
      ["testcase", { classname: "AIRoute", name: "team-a/chat" }],
      ["system-out", {}, expect.stringMatching(/^warning spec/)],
      ["testcase", { classname: "AIRoute", name: "team-a/clean" }],
    ]);
  });

  test("is well-formed whatever names and messages hold, and loses none of what XML can hold", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (name, message) => {
        const [, , testcase, failure] = elementsOf(
          junitReport([{ ...DENIED, name, violations: [violation({ message })], audited: [], unknownFields: [] }]),
        );
        expect(testcase?.[1]?.["name"]).toBe(`team-a/${holdable(name)}`.replace(/\/$/, ""));
        expect(failure?.[2]).toBe(holdable(`${violation().path}: ${message}`));
      }),
    );
  });
});

describe("GitHub's commands", () => {
  test("are one line for each finding, with its place", () => {
    expect(githubReport([DENIED]).split("\n")).toEqual([
      `::error file=teams/a b.yaml,line=9,col=5,title=rate-limit-bounds::AIGatewayConfig team-a/main: ${violation().path}: ${violation().message}`,
      expect.stringMatching(/^::warning file=.*line=7,col=5,title=unapproved-model::/),
      expect.stringMatching(/^::notice .*line=8/),
      expect.stringMatching(/^::notice .*only audits$/),
      expect.stringMatching(/^::warning .*line=3,col=1,title=unknown-field::/),
      "",
    ]);
  });

  test("cannot be forged by a name or a message", () => {
    const forged = {
      ...DENIED,
      file: "a,line=1:b.yaml",
      name: "x\n::error::forged",
      violations: [violation()],
      audited: [],
      unknownFields: [],
    };
    const lines = githubReport([forged]).split("\n");
    expect(lines).toHaveLength(2);
    expect(lines[0]).toContain("file=a%2Cline=1%3Ab.yaml,");
    expect(lines[0]).toContain("x%0A::error::forged");
  });
});

type Element = readonly [name: string, attributes: Readonly<Record<string, string>>, text?: string];

/** Every element of a document, in the order of their start; throws where it is not well-formed. */
function elementsOf(xml: string): readonly Element[] {
  const elements: [string, Record<string, string>, string?][] = [];
  const parser = new SaxesParser();
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("opentag", ({ name, attributes }) => void elements.push([name, attributes]));
  parser.on("text", (text) => {
    const last = elements.at(-1);
    if (last && text.trim() !== "") last[2] = text;
  });
  parser.write(xml).close();
  return elements;
}

/** A text as XML 1.0 can hold it. */
function holdable(text: string): string {
  return Array.from(text, (character) => (isCharacter(character.codePointAt(0) ?? 0) ? character : "\uFFFD")).join("");
}

function isCharacter(code: number): boolean {
  if (code < 32) return code === 9 || code === 10 || code === 13;
  return code < 0xd800 || (code >= 0xe000 && code <= 0xfffd) || code > 0xffff;
}
