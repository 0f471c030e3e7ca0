import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { DocumentReport } from "#server/validate-text.ts";
import { runCommandLine } from "./run-command-line.ts";

const EXAMPLES = join(import.meta.dirname, "../../examples");
const POLICY = ["--policy", join(EXAMPLES, "objects")];
const GOOD = join(EXAMPLES, "good-config.yaml");
const BAD = join(EXAMPLES, "bad-config.yaml");

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "gatehouse-validate-"));
});

afterEach(() => rm(directory, { recursive: true }));

async function run(...words: readonly string[]) {
  let [printed, complained] = ["", ""];
  const code = await runCommandLine(["validate", ...words], {
    config: { logLevel: undefined, kubeconfig: undefined, serviceHost: undefined, servicePort: undefined },
    signal: AbortSignal.abort(),
    print: (text) => void (printed += text),
    complain: (text) => void (complained += text),
  });
  return { code, printed, complained };
}

async function put(name: string, ...documents: readonly (object | string)[]): Promise<string> {
  const file = join(directory, name);
  await mkdir(dirname(file), { recursive: true });
  const texts = documents.map((document) => (typeof document === "string" ? document : JSON.stringify(document)));
  await writeFile(file, texts.join("\n---\n"));
  return file;
}

/** A class that anybody may use, and configurations of it. */
const API = "gateway.example.com/v1";
const APPROVAL = {
  apiVersion: API,
  kind: "ApprovedModel",
  metadata: { name: "gpt" },
  spec: {
    provider: "openai",
    models: ["gpt-4o"],
    lifecycle: { state: "Approved" },
    limits: { maxRequestsPerMinute: 10 },
  },
};
const config = (requestsPerMinute: number, metadata: object = { name: "chat" }) => ({
  apiVersion: API,
  kind: "AIGatewayConfig",
  metadata,
  spec: {
    models: [{ name: "gpt-4o", provider: "openai", type: "llm", rateLimits: { requestsPerMinute } }],
    routes: [{ path: "/chat", targetModel: "gpt-4o" }],
  },
});

describe("exit codes", () => {
  test("0 when every object is allowed", async () => {
    const { code, printed, complained } = await run(...POLICY, GOOD);
    expect([code, complained]).toEqual([0, ""]);
    expect(printed).toMatch(/: allowed$/m);
    expect(printed).toMatch(/^1 allowed, 0 denied$/m);
  });

  test("1 when one is denied, with each violation at its place in its file", async () => {
    const { code, printed, complained } = await run(...POLICY, GOOD, BAD);
    expect([code, complained]).toEqual([1, "gatehouse: 1 object is denied\n"]);
    expect(printed).toContain(`  ${BAD}:14:9: Deny spec.models[0].rateLimits.requestsPerMinute: Invalid value: 90000`);
    expect(printed).toMatch(/^1 allowed, 1 denied$/m);
  });

  test.each<[string, () => Promise<readonly string[]>, RegExp]>([
    ["no file is named", () => Promise.resolve([]), /a file is needed: gatehouse validate FILES…, or - for standard/],
    ["a file is not there", () => Promise.resolve(["/no/such.yaml"]), /no file or directory \/no\/such\.yaml$/m],
    ["a directory has none", () => Promise.resolve([directory]), /no file matches .*\*\*\/\*\.\{yaml,yml,json\}$/m],
    ["a pattern matches none", () => Promise.resolve([`${directory}/*.yaml`]), /no file matches .*\/\*\.yaml$/m],
    ["a file is no YAML", async () => [await put("a.yaml", "a: [")], /\n.*\/a\.yaml:1:\d+: /],
    [
      "a policy is faulty",
      async () => [GOOD, "--policy", await put("p.yaml", { ...APPROVAL, spec: {} })],
      /p\.yaml:1:\d+: spec\.lifecycle/,
    ],
    ["an option is unknown", () => Promise.resolve([GOOD, "--polcy", "x"]), /did you mean '--policy'/],
    [
      "a format is unknown",
      () => Promise.resolve([GOOD, "--output", "xml"]),
      /must be one of 'text', 'json', 'sarif', 'junit', 'github', not 'xml'/,
    ],
  ])("2 when %s, and nothing is judged", async (_, words, message) => {
    const { code, printed, complained } = await run(...(await words()));
    expect([code, printed]).toEqual([2, ""]);
    expect(complained).toMatch(message);
  });

  test.each<[string, RegExp]>([
    ["sarif", /"ruleId": "rate-limit-bounds"[^]*"startLine": 14,\s+"startColumn": 9/],
    ["junit", /<testsuite name=".*bad-config\.yaml" tests="1" failures="1"[^]*<failure message="spec\.models\[0\]/],
    ["github", /^::error file=.*bad-config\.yaml,line=14,col=9,title=rate-limit-bounds::AIGatewayConfig /m],
  ])("are the same when the verdicts are printed as %s", async (format, printing) => {
    const other = await put("other.yaml", { apiVersion: "v1", kind: "Secret", metadata: { name: "of-another-group" } });
    const { code, printed } = await run(...POLICY, "--output", format, BAD, other);
    expect(code).toBe(1);
    expect(printed).toMatch(printing);
    expect(printed).not.toContain("of-another-group");
  });

  test("every file that cannot be read is named at once", async () => {
    const files = [await put("a.yaml", "a: ["), await put("b.yaml", "b: {")];
    const { complained } = await run(...files);
    for (const file of files) expect(complained).toContain(`${file}:1:`);
  });
});

describe("what is judged", () => {
  test("a directory with all below it, without hidden files and what is no object of Kubernetes", async () => {
    await put("teams/search.yaml/chat.yaml", config(5), config(6, { name: "more" }));
    await put("teams/package.json", { name: "no object" });
    await put(".git/hidden.yaml", "a: [");
    const { code, printed } = await run(directory);
    expect(code).toBe(0);
    expect(printed).toMatch(/^2 allowed, 0 denied$/m);
  });

  test("what a pattern matches", async () => {
    await put("teams/chat.yaml", config(5));
    await put("teams/chat.txt", "a: [");
    expect((await run(`${directory}/**/*.yaml`)).printed).toMatch(/^1 allowed, 0 denied$/m);
  });

  test("a file that is named, whatever it holds", async () => {
    const { code, printed } = await run(await put("package.json", { name: "no object" }));
    expect(code).toBe(1);
    expect(printed).toMatch(/package\.json:1:1: Deny apiVersion/);
  });

  test("objects of other groups are counted and left alone", async () => {
    const file = await put("a.yaml", config(5), { apiVersion: "v1", kind: "Secret", metadata: { name: "s" } });
    expect((await run(file)).printed).toMatch(/^1 allowed, 0 denied, 1 of other groups left alone$/m);
  });

  test("under the policies among the files, unless --policy names others", async () => {
    const file = await put("all.yaml", APPROVAL, config(11));
    const denied = await run(file);
    expect(denied.code).toBe(1);
    expect(denied.printed).toMatch(/must be less than or equal to 10 \(rate-limit-bounds, approval gpt\)/);
    const more = await put("p.yaml", { ...APPROVAL, spec: { ...APPROVAL.spec, limits: { maxRequestsPerMinute: 11 } } });
    expect((await run(file, "--policy", more)).code).toBe(0);
  });

  test("in --namespace, where an object names none", async () => {
    const limited = { ...APPROVAL, spec: { ...APPROVAL.spec, namespaces: { names: ["shop"] } } };
    const file = await put("a.yaml", config(11), config(11, { name: "own", namespace: "search" }));
    const words = [file, "--policy", await put("p.yaml", limited)];
    expect((await run(...words, "--namespace", "shop")).printed).toMatch(/shop\/chat: denied[^]*search\/own: allowed/);
    expect((await run(...words)).code).toBe(0);
  });
});

const FORGED = "x\n::error::forged\u001b[2J";

function expectTame({ printed, complained }: Awaited<ReturnType<typeof run>>): void {
  expect(printed + complained).toContain("::error::forged");
  expect(printed + complained).not.toMatch(/^::error::forged|(?!\n)\p{Cc}/mu);
}

describe("what somebody else wrote neither begins a line nor moves the cursor", () => {
  test.each(["text", "github", "json"])("as names and kinds of objects, with --output %s", async (output) => {
    const named = config(5, { name: FORGED, namespace: FORGED });
    const foreign = { apiVersion: API, kind: FORGED, metadata: { name: "a" } };
    const file = await put("a.yaml", named, foreign, { ...foreign, apiVersion: FORGED });
    expectTame(await run("--output", output, file));
  });

  test.each(["text", "github", "json"])("as fields that no schema knows, with --output %s", async (output) => {
    const spec = { mode: "Enforce", [FORGED]: 1 };
    const file = await put("a.yaml", { apiVersion: API, kind: "AIGatewayPolicy", metadata: { name: "a" }, spec });
    expectTame(await run(...POLICY, "--output", output, file));
  });

  test("as the name of a file", async () => {
    expectTame(await run(...POLICY, await put(`${FORGED}.yaml`, config(5))));
    expectTame(await run(await put(`${FORGED}.yaml`, "a: [")));
  });

  test("as a policy that cannot be judged under", async () => {
    const policy = await put("policy.yaml", { ...APPROVAL, kind: FORGED });
    expectTame(await run("--policy", policy, GOOD));
    expectTame(await run("--policy", await put(`${FORGED}.yaml`, APPROVAL, APPROVAL), GOOD));
  });
});

test("--output json has for each document its file, its verdict and the object as it would be stored", async () => {
  const { code, printed } = await run(...POLICY, "--output", "json", GOOD, BAD);
  expect(code).toBe(1);
  const { documents } = JSON.parse(printed) as { documents: readonly (DocumentReport & { file: string })[] };
  expect(documents).toMatchObject([
    { file: GOOD, line: 2, allowed: true, violations: [], defaulted: { spec: { gatewayClassName: "default" } } },
    { file: BAD, allowed: false },
  ]);
  const places = documents[1]?.violations.map(({ rule, line, column }) => `${rule} ${line}:${column}`);
  expect(places).toContain("rate-limit-bounds 14:9");
});
