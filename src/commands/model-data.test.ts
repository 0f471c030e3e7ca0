import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Registry } from "prom-client";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createLogger } from "#observability/logger.ts";
import { FactIndex } from "#policy/fact-index.ts";
import { reviewDocument } from "#review/document.ts";
import { NOW } from "../../test/support/facts.ts";
import { loadModelData, SHIPPED_MODEL_DATA } from "./load-model-data.ts";
import { runCommandLine } from "./run-command-line.ts";
import { modelsToServe } from "./serve-models.ts";

const OURS = {
  source: "the platform team",
  date: "2027-01-01",
  providers: [{ id: "ours", hosts: ["models.example"], complete: true, models: [{ ids: ["chat-1", "chat-2"] }] }],
};
const config = (model: string) => ({
  apiVersion: "gateway.example.com/v1",
  kind: "AIGatewayConfig",
  metadata: { name: "main", namespace: "team-a" },
  spec: { models: [{ name: "chat", model, endpoint: "https://models.example/v1" }], routes: [] },
});

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "gatehouse-model-data-"));
});

afterEach(() => rm(directory, { recursive: true }));

async function put(content: unknown, name = "models.json"): Promise<string> {
  const file = join(directory, name);
  await writeFile(file, typeof content === "string" ? content : JSON.stringify(content));
  return file;
}

async function serveWith(content: unknown) {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const registry = new Registry();
  const models = await modelsToServe(await put(content), {
    registry,
    logger: createLogger("info", destination),
  });
  const verdict = reviewDocument(config("chatt-1"), { lookup: new FactIndex(models), now: NOW });
  if ("foreign" in verdict) throw new Error(verdict.foreign);
  return {
    log: lines.join(""),
    metrics: await registry.metrics(),
    allowed: verdict.allowed,
    rules: verdict.violations.map(({ rule }) => rule),
  };
}

async function validate(...words: readonly string[]) {
  let [printed, complained] = ["", ""];
  const code = await runCommandLine(["validate", ...words], {
    config: { logLevel: undefined, kubeconfig: undefined, serviceHost: undefined, servicePort: undefined },
    signal: AbortSignal.abort(),
    print: (text) => void (printed += text),
    complain: (text) => void (complained += text),
  });
  return { code, printed, complained };
}

test("what Gatehouse brings along can be used", async () => {
  const models = await loadModelData(SHIPPED_MODEL_DATA);
  expect(models.providerOf({ endpoint: "https://api.openai.com/v1" })?.find("gpt-4o")).toEqual({ types: ["llm"] });
});

describe("a file that cannot be used says why", () => {
  test.each([
    ["{ source: us", "must be JSON in UTF-8"],
    ["\u0000", "must be JSON in UTF-8"],
    ["{}", "source: must be a text of 1 to 253 characters"],
    [" ".repeat(9 * 1024 * 1024), "must have at most 8388608 bytes"],
  ])("%#", async (content, reason) => {
    await expect(loadModelData(await put(content))).rejects.toThrow(reason);
  });

  test("where it is missing, a directory, or not to be read", async () => {
    await expect(loadModelData(join(directory, "none"))).rejects.toThrow("there is no such file");
    await expect(loadModelData(directory)).rejects.toThrow("must be a file, not a directory");
  });
});

describe("serving", () => {
  test("uses what the operator knows", async () => {
    const { log, metrics, rules } = await serveWith(OURS);
    expect(rules).toContain("unknown-model-id");
    expect(log).toBe(""); // the line that says "ready" names the data
    expect(metrics).toMatch(/^gatehouse_model_data_loaded 1$/m);
    expect(metrics).toMatch(/^gatehouse_model_data_timestamp_seconds 1798761600$/m);
  });

  test("goes on without it where it is faulty, and says so", async () => {
    const { log, metrics, allowed, rules } = await serveWith({ ...OURS, providers: {} });
    expect({ allowed, rules }).toEqual({ allowed: true, rules: ["unapproved-model"] });
    expect(log).toContain("providers: must be a list");
    expect(metrics).toMatch(/^gatehouse_model_data_loaded 0$/m);
  });
});

describe("gatehouse validate", () => {
  test("judges by the data that it is given", async () => {
    const object = await put(config("chatt-1"), "config.json");
    expect((await validate(object)).printed).not.toContain("unknown-model-id");
    const { code, printed } = await validate("--model-data", await put(OURS), object);
    expect([code, printed]).toEqual([0, expect.stringContaining("did you mean 'chat-1'? (unknown-model-id)")]);
  });

  test("is unusable with data that is not", async () => {
    const data = await put({ ...OURS, date: "today" });
    const { code, complained } = await validate("--model-data", data, await put(config("chat-1"), "config.json"));
    expect(code).toBe(2);
    expect(complained).toContain("date: must be a day as in '2026-09-23'");
  });
});
