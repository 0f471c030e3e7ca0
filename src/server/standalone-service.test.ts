import { request } from "node:http";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Violation } from "#api/violation.ts";
import { PlainServer } from "./plain-server.ts";
import { standaloneService } from "./standalone-service.ts";
import type { DocumentReport, DocumentReview } from "./validate-text.ts";

const TOO_HIGH: Violation = {
  rule: "rate-limit-bounds",
  path: "spec.models[1].rateLimits.burst",
  kind: "Invalid value",
  message: "Invalid value: 9: must be less than or equal to 5 (rate-limit-bounds)",
  action: "Warn",
  excused: false,
};

const PATCH = [{ op: "add", path: "/spec/a", value: 1 }] as const;

/** Finds one fault in each object of ours and adds one default. */
const judge: DocumentReview = (object) => {
  const { kind } = object as { kind?: string };
  if (kind === "Throw") throw new Error("sk-secret");
  if (kind !== "AIGatewayConfig") return { foreign: `${kind} of v1` };
  return {
    allowed: true,
    violations: [TOO_HIGH],
    audited: [],
    notices: [],
    operations: PATCH,
    defaulted: object,
    unknownFields: ["spec.x"],
  };
};

const rules = [{ id: "rate-limit-bounds" }];
const server = new PlainServer({
  routers: [standaloneService({ reviewOf: () => judge, rules, effectivePolicy: (subject) => ({ subject }) })],
  logger: pino({ level: "silent" }),
});
let port: number;

beforeAll(async () => {
  port = await server.listen({ host: "127.0.0.1", port: 0 });
});

afterAll(() => server[Symbol.asyncDispose]());

const CONFIG = `apiVersion: gateway.example.com/v1
kind: AIGatewayConfig
metadata: {name: a, namespace: space}
spec:
  big: 9007199254740993
  models:
    - name: x
    - name: other
      rateLimits:
        burst: 9
`;

async function validate(
  body: string | Uint8Array<ArrayBuffer>,
): Promise<{ code: number; answer: unknown; text: string }> {
  const response = await fetch(`http://127.0.0.1:${port}/v1/validate`, { method: "POST", body });
  const text = await response.text();
  return { code: response.status, answer: text.startsWith("{") ? JSON.parse(text) : undefined, text };
}

async function reportsOf(body: string): Promise<readonly DocumentReport[]> {
  const { code, answer } = await validate(body);
  expect(code).toBe(200);
  return (answer as { documents: readonly DocumentReport[] }).documents;
}

describe("POST /v1/validate", () => {
  test("answers each document with its verdict, with places in the text", async () => {
    const [, report] = await reportsOf(`kind: Pod\napiVersion: v1\n---\n${CONFIG}`);
    expect(report).toMatchObject({
      index: 1,
      line: 4,
      apiVersion: "gateway.example.com/v1",
      kind: "AIGatewayConfig",
      namespace: "space",
      name: "a",
      allowed: true,
      defaulted: { metadata: { name: "a" } },
      patch: PATCH,
      violations: [{ ...TOO_HIGH, line: 13, column: 9 }],
      warnings: [`${TOO_HIGH.path}: ${TOO_HIGH.message}`],
      unknownFields: ["spec.x"],
    });
  });

  test("keeps every digit of a number", async () => {
    expect((await validate(CONFIG)).text).toContain('"big": 9007199254740993,');
  });

  test("takes JSON and Lists too", async () => {
    const items = [{ apiVersion: "gateway.example.com/v1", kind: "AIGatewayConfig", metadata: { name: "one" } }];
    const [report] = await reportsOf(JSON.stringify({ apiVersion: "v1", kind: "List", items }));
    expect(report).toMatchObject({ kind: "AIGatewayConfig", name: "one", allowed: true });
  });

  test.each<[string, string, boolean]>([
    ["an object of another group passes with a word", "apiVersion: v1\nkind: Pod", true],
    ["an unknown kind of our group is refused", "apiVersion: gateway.example.com/v1\nkind: AIGatewayConfg", false],
    ["an unknown version of our group is refused", "apiVersion: gateway.example.com/v2\nkind: AIGatewayClass", false],
    ["an object without apiVersion is refused", "kind: AIGatewayConfg", false],
    ["a document that is no object is refused", "just words", false],
  ])("%s", async (_, text, allowed) => {
    const [report] = await reportsOf(text);
    expect(report).toMatchObject({ allowed, defaulted: null, patch: [] });
    expect(report?.violations.length).toBe(allowed ? 0 : 1);
    expect(report?.warnings.length).toBe(allowed ? 1 : 0);
  });

  test("of nothing is nothing", async () => {
    expect(await reportsOf("")).toEqual([]);
  });

  test("names the place of what cannot be read", async () => {
    const { code, answer } = await validate("a: 1\nb:\n c: 1\n c: 2\n");
    expect(code).toBe(400);
    expect(answer).toMatchObject({ kind: "Status", code: 400, line: 4, column: 2 });
    expect((answer as { message: string }).message).toMatch(/^line 4, column 2: /);
  });

  test("refuses bytes that are not UTF-8", async () => {
    expect(await validate(Uint8Array.of(0x61, 0xff))).toMatchObject({ code: 400, answer: { code: 400 } });
  });

  test("refuses more than a mebibyte", async () => {
    expect(await validate(`a: ${"x".repeat(1024 * 1024)}`)).toMatchObject({ code: 413 });
  });

  test("does not end, nor tell, when a review throws", async () => {
    const { code, text } = await validate("kind: Throw");
    expect([code, text]).toEqual([500, "500 internal error\n"]);
    expect(await reportsOf(CONFIG)).toHaveLength(1);
  });

  test("takes no other method", async () => {
    const response = await fetch(`http://127.0.0.1:${port}/v1/validate`);
    expect([response.status, response.headers.get("allow")]).toEqual([405, "POST"]);
  });
});

test("GET /v1/policies/effective explains what a namespace is held to, or an object in it", async () => {
  expect(await explained("?namespace=team-a")).toEqual([200, { subject: { namespace: "team-a", name: "" } }]);
  expect(await explained("?namespace=team-a&name=main")).toEqual([
    200,
    { subject: { namespace: "team-a", name: "main" } },
  ]);
  for (const query of ["", "?namespace=", "?name=main", "?namespace=a&namespace=b"]) {
    expect((await explained(query))[0]).toBe(400);
  }
});

async function explained(query: string): Promise<readonly [number, unknown]> {
  const response = await fetch(`http://127.0.0.1:${port}/v1/policies/effective${query}`);
  return [response.status, await response.json()];
}

test("GET /v1/rules lists the rules", async () => {
  expect(await (await fetch(`http://127.0.0.1:${port}/v1/rules`)).json()).toEqual({ rules });
});

test("the page loads nothing from elsewhere and may run nothing but its own script", async () => {
  const response = await fetch(`http://127.0.0.1:${port}/`);
  const page = await response.text();
  const policy = response.headers.get("content-security-policy") ?? "";
  expect(policy).toMatch(
    /^default-src 'none'; script-src 'sha256-\S{44}'; style-src 'sha256-\S{44}'; connect-src 'self'/,
  );
  expect(page).toContain("<textarea");
  expect(page).not.toMatch(/https?:\/\/|\son\w+=|\sstyle=|innerHTML/);
});

test.each([
  ["localhost:8080", 200],
  ["127.0.0.1", 200],
  ["[::1]:8080", 200],
  ["evil.example.com", 403],
  ["127.0.0.1.evil.example.com:8080", 403],
  ["localhost.evil.example.com", 403],
])("a Host of %s is answered with %i", async (host, code) => {
  const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
  const outgoing = request({ host: "127.0.0.1", port, path: "/v1/rules", headers: { host } }, (incoming) => {
    incoming.resume();
    resolve(incoming.statusCode);
  });
  outgoing.on("error", reject).end();
  expect(await promise).toBe(code);
});
