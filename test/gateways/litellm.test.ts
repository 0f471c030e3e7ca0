import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { effectiveModel, effectiveRoute } from "../support/effective-parts.ts";
import { type FakeUpstream, type SeenRequest, startFakeUpstream } from "../support/gateways/fake-upstream.ts";
import { type LiteLlm, MASTER_KEY, startLiteLlm } from "../support/gateways/litellm.ts";
import { type RenderingCase, rendered } from "../support/rendering-case.ts";

const CANARY = "canary-that-must-stay";
const KEY = "not-a-real-key";

describe("a real LiteLLM", () => {
  let upstream: FakeUpstream;
  let gateway: LiteLlm;
  let directory: string;

  beforeAll(async () => {
    upstream = await startFakeUpstream();
    directory = await mkdtemp(join(tmpdir(), "litellm-canary-"));
    await writeFile(join(directory, "canary"), `file-${CANARY}`);
    const secrets = { provider: { key: KEY }, hostile: Object.fromEntries(lookups().entries()) };
    gateway = await startLiteLlm(rendered("litellm", { configuration: configuration(), secrets }), {
      CANARY,
      CANARY_FILE: join(directory, "canary"),
      LITELLM_OIDC_ALLOWED_CREDENTIAL_DIRS: directory,
      OPENAI_API_KEY: CANARY,
      ANTHROPIC_API_KEY: CANARY,
      FROM_ENVIRONMENT: "variable",
    });
  });
  afterAll(async () => {
    await gateway[Symbol.asyncDispose]();
    await upstream[Symbol.asyncDispose]();
    await rm(directory, { recursive: true });
  });

  /** Texts by which it would look up the canary, in its environment and in a file that it may read. */
  function lookups(): readonly string[] {
    const sources = ["CANARY", `oidc/file/${directory}/canary`, "oidc/env/CANARY", "oidc/env_path/CANARY_FILE"];
    return [...sources, ...sources.map((source) => `os.environ/${source}`), `file://${directory}/canary`];
  }

  /** Each of them in every text of a model, for providers that LiteLLM has ways of its own for. */
  function hostileModels() {
    const endpoint = `${upstream.url}/v1`;
    return HOSTILE_PROVIDERS.flatMap((provider) =>
      lookups().flatMap((text, index) => {
        const all = { endpoint, provider, model: text, region: text, parameters: { stop: [text] } };
        const secret = { valueFrom: { secretKeyRef: { name: "hostile", key: String(index) } } };
        return [
          effectiveModel(`${text} of ${provider}, literal`, { ...all, auth: { value: text } }),
          effectiveModel(`${provider} key ${index}`, { ...all, auth: secret }),
          effectiveModel(`${provider} header ${index}`, { ...all, auth: { header: "X-Key", ...secret } }),
        ];
      }),
    );
  }

  function configuration(): RenderingCase["configuration"] {
    const endpoint = `${upstream.url}/v1`;
    const named = (name: string, more = {}) => effectiveModel(name, { endpoint, model: `id-of-${name}`, ...more });
    return {
      models: [
        named("keyed", {
          auth: { valueFrom: { secretKeyRef: { name: "provider", key: "key" } } },
          parameters: { temperature: 0.25, maxTokens: 99, stop: ["END"] },
        }),
        named("variable", { auth: { value: "${FROM_ENVIRONMENT}" } }),
        named("header", { auth: { header: "X-Key", value: "secret://provider/key" } }),
        named("open", { endpoint: `${endpoint}/chat/completions` }),
        named("anthropic", { provider: "anthropic", auth: { value: "secret://provider/key" } }),
        named("limited", { rateLimits: { requestsPerMinute: 3 } }),
        named("slow", { timeouts: { request: "1s" } }),
        named("failing", { fallbacks: ["keyed"] }),
        named("lonely"),
        named("hostile {env.CANARY}", {
          model: "a os.environ/CANARY",
          parameters: { stop: ["os.environ/CANARY", "${CANARY}"] },
          auth: { value: "os.environ/CANARY" },
        }),
        named("os.environ/CANARY", { model: "os.environ/CANARY", provider: "os.environ" }),
        ...hostileModels(),
      ],
      routes: [
        effectiveRoute("/", "lonely", { match: { models: ["other-name"] } }),
        effectiveRoute("/", "keyed", { match: { models: ["other-name", "plain-name"] } }),
      ],
    };
  }

  async function chat(model: string, more: object = {}) {
    const body = JSON.stringify({ model, messages: [{ role: "user", content: "Hello" }], ...more });
    const headers = { Authorization: `Bearer ${MASTER_KEY}`, "Content-Type": "application/json", Connection: "close" };
    const response = await fetch(`${gateway.url}/v1/chat/completions`, { method: "POST", headers, body });
    return { status: response.status, body: await response.text() };
  }

  /** Without the lists of models, which LiteLLM asks for when it starts. */
  function chats(): readonly SeenRequest[] {
    const taken = upstream.taken();
    expect(JSON.stringify(taken)).not.toContain(CANARY);
    return taken.filter(({ path }) => path !== "/v1/models");
  }

  async function asked(model: string, more?: object): Promise<SeenRequest> {
    expect(await chat(model, more)).toMatchObject({ status: 200 });
    const [request, ...others] = chats();
    expect(others).toEqual([]);
    if (!request) throw new Error("the upstream was not asked");
    return request;
  }

  test("answers a chat through a model, which alone gets its credential, with its parameters", async () => {
    const { path, headers, body } = await asked("keyed", { temperature: 0.5 });
    expect(path).toBe("/v1/chat/completions");
    expect(headers.authorization).toBe(`Bearer ${KEY}`);
    expect(JSON.parse(body)).toMatchObject({ model: "id-of-keyed", temperature: 0.5, max_tokens: 99, stop: ["END"] });
    expect(JSON.parse((await asked("keyed")).body)).toMatchObject({ temperature: 0.25 });
    expect((await asked("variable")).headers.authorization).toBe("Bearer variable");
    const { headers: withHeader } = await asked("header");
    expect(withHeader).toMatchObject({ "x-key": KEY, authorization: "Bearer none" });
  });

  test("gives a model without a credential none of its own", async () => {
    const { path, headers } = await asked("open");
    expect({ path, authorization: headers.authorization }).toEqual({
      path: "/v1/chat/completions",
      authorization: "Bearer none",
    });
  });

  test("speaks to a provider in its own way, at the model's endpoint", async () => {
    upstream.answer = (_, response) => {
      const content = [{ type: "text", text: "Said the fake." }];
      const usage = { input_tokens: 1, output_tokens: 1 };
      response.setHeader("Content-Type", "application/json");
      response.end(
        JSON.stringify({
          id: "1",
          type: "message",
          role: "assistant",
          model: "fake",
          content,
          usage,
          stop_reason: "end_turn",
        }),
      );
    };
    const { path, headers } = await asked("anthropic");
    expect({ path, key: headers["x-api-key"] }).toEqual({ path: "/v1/messages", key: KEY });
    upstream.answer = undefined;
  });

  test("holds clients to a model's limit", async () => {
    const statuses = [];
    for (let request = 0; request < 5; request += 1) statuses.push((await chat("limited")).status);
    // A minute may end among them.
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThanOrEqual(1);
    expect(statuses.slice(0, 3)).toEqual([200, 200, 200]);
    chats();
  });

  test("waits no longer than a model's time, and tries once", async () => {
    upstream.answer = () => undefined;
    expect((await chat("slow")).status).toBe(408);
    expect(chats()).toHaveLength(1);
    upstream.answer = undefined;
  });

  test("falls back from a model, and knows it by the names that routes give it", async () => {
    upstream.answer = (request, response) => {
      if (["id-of-failing", "id-of-lonely"].includes(String(modelOf(request)))) response.writeHead(503).end();
      else response.writeHead(200, { "Content-Type": "application/json" }).end('{"choices":[]}');
    };
    await chat("failing");
    expect(chats().map(modelOf)).toEqual(["id-of-failing", "id-of-keyed"]);
    await chat("other-name");
    expect(chats().map(modelOf)).toEqual(["id-of-lonely"]);
    expect((await chat("lonely")).status).toBe(503);
    expect(chats().map(modelOf)).toEqual(["id-of-lonely"]);
    await chat("plain-name");
    expect(chats().map(modelOf)).toEqual(["id-of-keyed"]);
    upstream.answer = undefined;
  });

  test("shows no upstream what stands in its environment, whatever texts say", async () => {
    const { headers, body } = await asked("hostile {env.CANARY}");
    expect(JSON.stringify(headers) + body).not.toContain(CANARY);
    expect(headers.authorization).toBe("Bearer none");
    await chat("_os.environ/CANARY");
    chats();
  });

  test("shows nobody what stands in its environment or in a file, whatever a model's texts say", async () => {
    const names = hostileModels().map(({ name }) => (name.startsWith("os.environ/") ? `_${name}` : name));
    const said = await Promise.all(names.map((name) => chat(name)));
    expect(JSON.stringify(said)).not.toContain(CANARY);
    const keys = chats().map(({ headers }) => headers["x-key"]);
    expect(keys).toContain(`oidc/file/${directory}/canary`);
  });

  test("says which hash it runs, to whoever has the master key", async () => {
    const headers = { Authorization: `Bearer ${MASTER_KEY}` };
    const response = await fetch(`${gateway.url}/v1/model/info`, { headers });
    const { data } = (await response.json()) as { data: readonly { model_info: { config_hash?: string } }[] };
    expect(new Set(data.map(({ model_info: info }) => info.config_hash))).toEqual(new Set(["sha256:0123abcd"]));
    expect((await fetch(`${gateway.url}/v1/model/info`)).ok).toBe(false);
  });
});

const HOSTILE_PROVIDERS = ["other", "openai", "anthropic", "azure", "aws", "mistral"];

function modelOf({ body }: SeenRequest): unknown {
  return (JSON.parse(body) as { readonly model: unknown }).model;
}
