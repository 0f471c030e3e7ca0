import { Registry } from "prom-client";
import { expect, test } from "vitest";
import { SYSTEM_CLOCK } from "#kube/clock.ts";
import { DeliveryMetrics } from "#observability/delivery-metrics.ts";
import { answering, type FakeAnswer, FakeGateway, flooding, HANGING_UP } from "../../../test/support/fake-gateway.ts";
import type { PushOutcome, PushRequest } from "./admin-api.ts";
import { adminApi } from "./admin-apis.ts";
import { GatewayClient } from "./gateway-client.ts";

const CREDENTIALS = "s3cret-of-the-gateway";
const OLD = { apps: { http: {} }, "@id": "old" };
const NEW = { "@id": "new", apps: { http: {} } };

function push(url: string, more: Partial<PushRequest> = {}): Promise<PushOutcome> {
  const client = new GatewayClient({
    clock: SYSTEM_CLOCK,
    userAgent: "gatehouse/0",
    metrics: new DeliveryMetrics(new Registry()),
  });
  const { signal } = new AbortController();
  const api = adminApi("caddy", client);
  if (!api) throw new Error("caddy has an admin API");
  return api.push({ url, body: JSON.stringify(NEW), credentials: CREDENTIALS, signal, ...more });
}

/** Answers to `GET /config/` with a configuration, and to a push as told. */
function caddy(
  running: object,
  pushed: FakeAnswer,
  etag: Record<string, string> = { etag: '"/config/ 1f"' },
): FakeAnswer {
  const config = answering(200, running, etag);
  return (response, request) => (request.method === "GET" ? config : pushed)(response, request);
}

test.each(["", "/", "/load", "/load/", "/config/"])("finds the API at a URL that ends in '%s'", async (ending) => {
  await using gateway = await FakeGateway.start(caddy(OLD, answering(200)));
  expect(await push(`${gateway.url}${ending}`)).toEqual({ type: "accepted", changed: true });
  expect(gateway.requests.map(({ method, path }) => `${method} ${path}`)).toEqual(["GET /config/", "POST /config/"]);
});

test("pushes only over the configuration that it saw", async () => {
  await using gateway = await FakeGateway.start(caddy(OLD, answering(200)));
  await push(gateway.url);
  expect(gateway.requests[1]).toMatchObject({ headers: { "if-match": '"/config/ 1f"' }, body: JSON.stringify(NEW) });
});

test("pushes to a Caddy that cannot compare at /load", async () => {
  await using gateway = await FakeGateway.start(caddy(OLD, answering(200), {}));
  expect(await push(gateway.url)).toEqual({ type: "accepted", changed: true });
  expect(gateway.requests[1]).toMatchObject({ path: "/load" });
});

test("pushes nothing that runs already, whatever the order of its keys", async () => {
  const reordered = Object.fromEntries(Object.entries(NEW).reverse());
  await using gateway = await FakeGateway.start(caddy(reordered, answering(500)));
  expect(await push(gateway.url)).toEqual({ type: "accepted", changed: false });
  expect(gateway.requests).toHaveLength(1);
});

test.each<[string, number, string | object, object]>([
  [
    "400 of /load",
    400,
    { error: "loading config: unknown module: http.handlers.nope" },
    {
      reason: "ConfigurationRefused",
      message: "HOST: refuses the configuration: loading config: unknown module: http.handlers.nope",
    },
  ],
  [
    "500 of /config/",
    500,
    { error: "loading new config: unknown module: http.handlers.nope" },
    {
      reason: "ConfigurationRefused",
      message: "HOST: refuses the configuration: loading new config: unknown module: http.handlers.nope",
    },
  ],
  ["500 of its own", 500, "panic", { reason: "GatewayFault", message: "HOST: answers 500: panic" }],
  [
    "401",
    401,
    { error: `no such token ${CREDENTIALS}` },
    {
      reason: "CredentialsRefused",
      message: "HOST: answers 401 to the credentials that it was given: no such token ***",
    },
  ],
  [
    "412, as another leader pushed",
    412,
    { error: "If-Match header did not match current config hash" },
    { reason: "ChangedMeanwhile", message: "HOST: answers 412: somebody else changed it meanwhile" },
  ],
])("tells of %s", async (_, status, body, told) => {
  await using gateway = await FakeGateway.start(caddy(OLD, answering(status, body)));
  const outcome = await push(gateway.url);
  const named = JSON.parse(JSON.stringify(outcome).replaceAll(new URL(gateway.url).host, "HOST")) as unknown;
  expect(named).toEqual({ type: "rejected", status, ...told });
});

test("pushes nothing to what redirects, and asks nobody else", async () => {
  await using canary = await FakeGateway.start(answering(200, OLD));
  await using gateway = await FakeGateway.start(answering(307, "", { location: canary.url }));
  const outcome = await push(gateway.url);
  expect(outcome).toMatchObject({ type: "rejected", status: 307, reason: "Redirected" });
  expect(gateway.requests).toHaveLength(1);
  expect(canary.requests).toEqual([]);
});

test("pushes nothing to what answers with 100 MB", async () => {
  await using gateway = await FakeGateway.start(flooding(100));
  expect(await push(gateway.url)).toMatchObject({ type: "rejected", reason: "AnswerTooLong" });
  expect(gateway.requests).toHaveLength(1);
});

test("tells that the connection broke while it pushed", async () => {
  await using gateway = await FakeGateway.start(caddy(OLD, HANGING_UP));
  const message = `${new URL(gateway.url).host}/config/: closes the connection without an answer`;
  expect(await push(gateway.url)).toEqual({ type: "unreachable", message });
});

test("says that credentials are missing, not that they are wrong, where none were given", async () => {
  await using gateway = await FakeGateway.start(answering(401, ""));
  const outcome = await push(gateway.url, { credentials: undefined });
  expect(outcome).toHaveProperty("message", expect.stringMatching(/answers 401 and was given no credentials$/));
});

test("knows of no other adapter that takes configurations", () => {
  const client = new GatewayClient({ clock: SYSTEM_CLOCK, userAgent: "gatehouse/0" });
  expect((["json", "envoy", "litellm"] as const).map((adapter) => adminApi(adapter, client))).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});
