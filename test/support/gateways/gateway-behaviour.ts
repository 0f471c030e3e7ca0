import { expect, test } from "vitest";
import { effectiveRoute as route } from "../effective-parts.ts";
import type { GatewayScene } from "./gateway-scene.ts";

/** In its environment and in a file beside its Secrets; no upstream may ever see it. */
export const CANARY = "canary-that-must-stay";
const KEY = "not-a-real-key";

/** In what gateways may differ. */
export interface OwnWays {
  /** The configuration that it runs, as it tells it itself. */
  readonly running: () => Promise<string>;
  /** Texts by which it would look up the canary. */
  readonly placeholders: () => readonly [string, ...string[]];
  /** What it answers when all have refused, where the last one said something. */
  readonly lastAnswer: (status: number, said: string) => unknown;
  readonly noAnswerStatus: number;
}

/** What a configuration means is the same at every gateway: this suite is run against each. */
export function testBehaviour({ upstream, loaded, ask, asked, model, named }: GatewayScene, own: OwnWays): void {
  async function modelOf(path: string, headers: Readonly<Record<string, string>> = {}): Promise<unknown> {
    return (await asked(path, { headers })).headers["x-model"];
  }

  test("answers through a model, which alone gets the credential", async () => {
    const auth = { valueFrom: { secretKeyRef: { name: "provider", key: "key" } } };
    const models = [model("gpt", { auth }), model("open")];
    const routes = [route("/chat", "gpt"), route("/open", "open")];
    await loaded({ models, routes }, { secrets: { provider: { key: KEY } } });
    const { method, path, headers, body } = await asked("/chat/completions?stream=1");
    expect({ method, path, body }).toEqual({
      method: "POST",
      path: "/v1/chat/completions?stream=1",
      body: '{"messages":[]}',
    });
    expect(headers).toMatchObject({ authorization: `Bearer ${KEY}`, host: new URL(upstream().url).host });
    expect((await asked("/open")).headers.authorization).toBeUndefined();
    expect(await own.running()).not.toContain(KEY);
  });

  test.each([
    ["/v1", "/v1/chat/completions", "/v1/chat/completions"],
    ["/v1", "/chat/completions", "/v1/chat/completions"],
    ["/v1", "/v1beta/models", "/v1/v1beta/models"],
    ["", "/v1/chat/completions", "/v1/chat/completions"],
    ["/", "/v1/a%20b%2Fc", "/v1/a%20b%2Fc"],
    ["/api/$1/v1/", "/chat", "/api/$1/v1/chat"],
    ["/v1/chat/completions", "/techblog/en/v1/llm/chat", "/v1/chat/completions"],
    ["/openai?api-version=1", "/chat?stream=1", "/openai/chat?api-version=1&stream=1"],
  ])("joins the endpoint's path %j and %s to %s", async (base, path, expected) => {
    await loaded({ models: [model("gpt", { endpoint: upstream().url + base })], routes: [route("/", "gpt")] });
    expect((await asked(path)).path).toBe(expected);
  });

  test("takes the first route that matches whole, by segments and capitals", async () => {
    await loaded({
      models: ["exact", "regex", "header", "host", "query", "prefix"].map((name) =>
        model(name, { auth: { header: "X-Model", value: name } }),
      ),
      routes: [
        route("/chat/a", "exact", { pathType: "Exact" }),
        route("/chat/[0-9]+", "regex", { pathType: "Regex" }),
        route("/chat", "header", {
          match: {
            headers: [
              { name: "X-Team", value: "*" },
              { name: "x-team", value: "[*]", type: "Regex" },
            ],
          },
        }),
        route("/chat", "host", { match: { hostnames: ["*.b.example"] } }),
        route("/chat", "query", {
          match: {
            queryParams: [
              { name: "q", value: "1" },
              { name: "r", value: "{q}" },
            ],
          },
        }),
        route("/chat", "prefix", { methods: ["POST"] }),
      ],
    });
    expect(await modelOf("/chat/a")).toBe("exact");
    expect(await modelOf("/chat/12")).toBe("regex");
    expect(await modelOf("/chat/12a")).toBe("prefix");
    expect(await modelOf("/chat", { "X-Team": "*" })).toBe("header");
    expect(await modelOf("/chat", { "X-Team": "ab" })).toBe("prefix");
    expect(await modelOf("/chat?q=1&r=%7Bq%7D")).toBe("query");
    expect(await modelOf("/chat?q=1")).toBe("prefix");
    for (const path of ["/chatter", "/CHAT", "/"]) expect(await ask(path)).toMatchObject({ status: 404 });
    expect(await ask("/chat", { method: "PUT" })).toMatchObject({ status: 404 });
  });

  test("shares requests by weight", async () => {
    await loaded({
      models: [named("none"), named("one"), named("three")],
      routes: [
        route("/", "none", {
          targets: [
            { model: "none", weight: 0 },
            { model: "three", weight: 3 },
            { model: "one", weight: 1 },
          ],
        }),
      ],
    });
    const count = 2000;
    for (let batch = 0; batch < count / 50; batch += 1) await Promise.all(Array.from({ length: 50 }, () => ask("/")));
    const shares = Map.groupBy(upstream().taken(), ({ headers }) => headers["x-model"]);
    expect(shares.get("none")).toBeUndefined();
    // Six standard deviations of 19 requests.
    expect(Math.abs((shares.get("three")?.length ?? 0) - count * 0.75)).toBeLessThan(116);
  });

  test.each([503, 429])(
    "falls back on %d, with the whole request, and tells what the last one said",
    async (status) => {
      await loaded({
        models: [named("first", ["second"]), named("second", ["third"]), named("third"), named("fourth")],
        routes: [route("/", "first", { fallbacks: ["fourth"] })],
      });
      upstream().answer = ({ headers }, response) => {
        response.writeHead(headers["x-model"] === "fourth" ? 200 : status).end("said");
      };
      const body = JSON.stringify({ text: `${own.placeholders()[0]} \u00e9`.repeat(10_000) });
      expect(await ask("/v1/x", { body })).toEqual({ status: 200, body: "said" });
      const taken = upstream().taken();
      expect(taken.map(({ headers }) => headers["x-model"])).toEqual(["first", "second", "third", "fourth"]);
      expect(new Set(taken.map(({ path }) => path))).toEqual(new Set(["/v1/x"]));
      expect(taken.every((request) => request.body === body)).toBe(true);

      upstream().answer = (_, response) => response.writeHead(status).end("said");
      expect(await ask("/v1/x")).toEqual({ status, body: own.lastAnswer(status, "said") });
    },
  );

  test("leaves an answer alone that says the client is wrong, or that nobody comes after", async () => {
    await loaded({
      models: [model("gpt", { fallbacks: ["other"] }), model("other")],
      routes: [route("/", "gpt"), route("/other", "other")],
    });
    upstream().answer = (_, response) => response.writeHead(400).end("wrong");
    expect(await ask("/a")).toEqual({ status: 400, body: "wrong" });
    expect(upstream().taken()).toHaveLength(1);
    await loaded({ models: [model("gpt")], routes: [route("/", "gpt")] });
    upstream().answer = (_, response) => response.writeHead(503).end("tired");
    expect(await ask("/a")).toEqual({ status: 503, body: "tired" });
  });

  test("tries again only where there was no answer", async () => {
    await loaded({ models: [model("gpt")], routes: [route("/", "gpt", { retry: { attempts: 2 } })] });
    upstream().answer = (_, response) => response.destroy();
    expect(await ask("/a")).toMatchObject({ status: own.noAnswerStatus });
    expect(
      upstream()
        .taken()
        .map(({ body }) => body),
    ).toEqual(Array.from({ length: 3 }, () => '{"messages":[]}'));
    upstream().answer = (_, response) => response.writeHead(503).end();
    expect(await ask("/a")).toMatchObject({ status: 503 });
    expect(upstream().taken()).toHaveLength(1);
  });

  test("waits no longer for an answer than the model's time", async () => {
    await loaded({ models: [model("gpt", { timeouts: { request: "200ms" } })], routes: [route("/", "gpt")] });
    upstream().answer = () => undefined;
    expect(await ask("/a")).toMatchObject({ status: 504 });
  });

  test("opens a circuit after failures, and goes to the fallback at once", async () => {
    const config = { failureThreshold: 2, openDuration: "1m" };
    await loaded({
      models: [model("gpt", { endpoint: `${upstream().url.replace("127.0.0.1", "localhost")}/v1` })],
      routes: [route("/", "gpt", { policies: ["breaker"] })],
      policies: [{ name: "breaker", type: "circuitBreaker", config }],
    });
    upstream().answer = (_, response) => response.writeHead(500).end();
    const statuses = [];
    for (let request = 0; request < 4; request += 1) statuses.push((await ask("/a")).status);
    expect(statuses).toEqual([500, 500, 503, 503]);
    expect(upstream().taken()).toHaveLength(2);
  });

  test("refuses clients where access is denied", async () => {
    await loaded({
      models: [model("gpt"), model("shut", { accessControl: { mode: "denyAll" } })],
      routes: [route("/a", "gpt", { policies: ["nobody"] }), route("/b", "shut"), route("/c", "gpt")],
      policies: [{ name: "nobody", type: "accessControl", config: { mode: "denyAll" } }],
    });
    expect(await Promise.all(["/a", "/b", "/c"].map(async (path) => (await ask(path)).status))).toEqual([
      403, 403, 200,
    ]);
  });

  test("takes no text of a user for a placeholder", async () => {
    const hostile = [...own.placeholders(), "${CANARY}"];
    for (const text of hostile) {
      await loaded({
        models: [
          model(`gpt ${text}`, {
            endpoint: `${upstream().url}/${text}?q=${text}`,
            auth: { scheme: text, value: `literal ${text}` },
            tls: { serverName: text },
            provider: text,
            region: text,
          }),
        ],
        routes: [
          route("/", `gpt ${text}`, {
            origin: text,
            policies: [text],
            match: { headers: [{ name: "X-Text", value: text }] },
          }),
        ],
        policies: [{ name: text, type: "observability", config: { tracing: true } }],
      });
      const { headers, path } = await asked("/chat", { headers: { "X-Text": text } });
      expect(headers.authorization).toBe(`${text} literal ${text}`);
      expect(JSON.stringify({ headers, path })).not.toContain(CANARY);
      expect(await ask("/chat", { headers: { "X-Text": CANARY } })).toMatchObject({ status: 404 });
    }
  });

  test("takes a variable of its environment where a credential names one", async () => {
    await loaded({ models: [model("gpt", { auth: { value: "${PROVIDER_KEY}" } })], routes: [route("/", "gpt")] });
    expect((await asked("/")).headers.authorization).toBe("Bearer from-the-environment");
  });
}
