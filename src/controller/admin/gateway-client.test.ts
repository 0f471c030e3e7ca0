import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { Registry } from "prom-client";
import { expect, test } from "vitest";
import { SYSTEM_CLOCK } from "#kube/clock.ts";
import { NotLeaderError } from "#kube/guarded-client.ts";
import { DeliveryMetrics } from "#observability/delivery-metrics.ts";
import { createCertificateAuthority } from "../../../test/support/certificates.ts";
import {
  answering,
  type FakeAnswer,
  FakeGateway,
  flooding,
  GARBAGE,
  HALF_AN_ANSWER,
  HANGING_UP,
  SILENT,
} from "../../../test/support/fake-gateway.ts";
import { ManualClock } from "../../../test/support/manual-clock.ts";
import { type Answered, GatewayClient, type GatewayRequest, LONGEST_BODY_BYTES } from "./gateway-client.ts";

const CREDENTIALS = "s3cret-of-the-gateway";

function client(clock = SYSTEM_CLOCK, registry = new Registry()): GatewayClient {
  return new GatewayClient({ clock, userAgent: "gatehouse/0", metrics: new DeliveryMetrics(registry) });
}

function get(url: string, more: Partial<GatewayRequest> = {}): GatewayRequest {
  const { signal } = new AbortController();
  return { method: "GET", url, limitMilliseconds: 5000, signal, adapter: "caddy", step: "verify", ...more };
}

async function answered(request: GatewayRequest): Promise<Answered> {
  const answer = await client().ask(request);
  if (answer.type !== "answered") throw new Error(answer.message);
  return answer;
}

test("gives the answer as it is", async () => {
  await using gateway = await FakeGateway.start(answering(418, { a: 1 }, { etag: '"x"' }));
  const answer = await answered(get(`${gateway.url}/config/?a=b`, { method: "POST", body: "{}" }));
  expect(answer).toMatchObject({ status: 418, body: '{"a":1}', isCut: false, headers: { etag: '"x"' } });
  const [request] = gateway.requests;
  expect(request).toMatchObject({ method: "POST", path: "/config/?a=b", body: "{}" });
  expect(request?.headers).toMatchObject({ "content-type": "application/json", "user-agent": "gatehouse/0" });
  expect(request?.headers.authorization).toBeUndefined();
});

test.each([
  ["a token", "abc", "Bearer abc"],
  ["a token that ends in a newline, as those of Secrets do", "abc\n", "Bearer abc"],
  ["credentials with a scheme of their own", "Basic YTpi", "Basic YTpi"],
])("sends %s in a header", async (_, credentials, authorization) => {
  await using gateway = await FakeGateway.start(answering(200));
  await answered(get(gateway.url, { credentials }));
  expect(gateway.requests[0]?.headers.authorization).toBe(authorization);
});

test.each([301, 302, 303, 307, 308])("follows no %i", async (status) => {
  await using canary = await FakeGateway.start(answering(200, "gotcha"));
  await using gateway = await FakeGateway.start(answering(status, "", { location: `${canary.url}/stolen` }));
  const answer = await answered(get(gateway.url, { method: "POST", body: "{}", credentials: CREDENTIALS }));
  expect(answer.status).toBe(status);
  expect(canary.requests).toEqual([]);
});

test("reads no more than 8 MiB of a body, and hangs up on the rest", async () => {
  await using gateway = await FakeGateway.start(flooding(100));
  const answer = await answered(get(gateway.url));
  expect(answer.isCut).toBe(true);
  expect(answer.body.length).toBeLessThanOrEqual(LONGEST_BODY_BYTES);
  await expect.poll(() => gateway.sockets.size).toBe(0);
});

test("keeps no connection", async () => {
  await using gateway = await FakeGateway.start(answering(200));
  await answered(get(gateway.url));
  await expect.poll(() => gateway.sockets.size).toBe(0);
});

test.each<[string, FakeAnswer, string]>([
  ["hangs up", HANGING_UP, "closes the connection without an answer"],
  ["answers garbage", GARBAGE, "answers something that is not HTTP"],
  [
    "answers endless headers",
    (response) => void response.socket?.write(`HTTP/1.1 200 OK\r\nx: ${"y".repeat(100_000)}\r\n\r\n`),
    "answers something that is not HTTP",
  ],
])("says in plain words that a gateway %s", async (_, fault, words) => {
  await using gateway = await FakeGateway.start(fault);
  const { host } = new URL(gateway.url);
  const answer = await client().ask(get(`${gateway.url}/load`, { credentials: CREDENTIALS }));
  expect(answer).toEqual({ type: "unreachable", message: `${host}/load: ${words}` });
});

test.each([
  ["says nothing", SILENT],
  ["stops in the middle of its answer", HALF_AN_ANSWER],
])("waits no longer than it was told for a gateway that %s", async (_, fault) => {
  const clock = new ManualClock();
  await using gateway = await FakeGateway.start(fault);
  const answer = client(clock).ask(get(gateway.url, { limitMilliseconds: 700 }));
  await expect.poll(() => gateway.requests.length).toBe(1);
  clock.advance(700);
  expect(await answer).toEqual({
    type: "unreachable",
    message: `${new URL(gateway.url).host}: does not answer in time`,
  });
  await expect.poll(() => gateway.sockets.size).toBe(0);
});

test("waits no longer for a gateway that sends its answer byte by byte", async () => {
  const clock = new ManualClock();
  const responses: ServerResponse[] = [];
  await using gateway = await FakeGateway.start((response) => {
    responses.push(response.writeHead(200, { "content-length": "1000" }));
  });
  const answer = client(clock).ask(get(gateway.url, { limitMilliseconds: 700 }));
  await expect.poll(() => gateway.requests.length).toBe(1);
  for (let bytes = 0; bytes < 7; bytes += 1) {
    responses[0]?.write(" ");
    await new Promise((resolve) => void setImmediate(resolve));
    clock.advance(100);
  }
  expect(await answer).toMatchObject({ type: "unreachable" });
});

test("says that nobody listens, and names neither user nor query of the URL", async () => {
  const gone = await FakeGateway.start(SILENT);
  const { host } = new URL(gone.url);
  await gone[Symbol.asyncDispose]();
  const answer = await client().ask(get(`http://admin:${CREDENTIALS}@${host}/load?key=${CREDENTIALS}`));
  expect(answer).toEqual({ type: "unreachable", message: `${host}/load: nobody listens there` });
});

test("trusts no certificate that nobody vouches for", async () => {
  const authority = await createCertificateAuthority("nobody");
  const { certificate, privateKey } = await authority.issueServer({ names: ["127.0.0.1"] });
  const server = createTlsServer({ cert: certificate, key: privateKey }, (_, response) => void response.end("fooled"));
  await once(server.listen(0, "127.0.0.1"), "listening");
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const answer = await client().ask(get(`https://${host}/`, { credentials: CREDENTIALS }));
  server.close();
  expect(answer).toMatchObject({ type: "unreachable" });
  expect(answer).toHaveProperty(
    "message",
    expect.stringMatching(/shows a certificate that is not trusted \([A-Z_]+\)$/),
  );
});

test("says that a plain server does not speak TLS", async () => {
  await using gateway = await FakeGateway.start(answering(200));
  const { host } = new URL(gateway.url);
  const answer = await client().ask(get(`https://${host}/`));
  expect(answer).toEqual({ type: "unreachable", message: `${host}: does not speak TLS, or none that we speak` });
});

test.each([
  ["no URL", "not a URL", "its URL: is not a URL"],
  ["another scheme", "ftp://gateway/load", "gateway/load: is not at an http or https URL"],
])("makes a value of %s too", async (_, url, message) => {
  expect(await client().ask(get(url))).toEqual({ type: "unreachable", message });
});

test("makes a value of credentials that no header can hold, without them", async () => {
  await using gateway = await FakeGateway.start(answering(200));
  const answer = await client().ask(get(gateway.url, { credentials: `${CREDENTIALS}\nx: y` }));
  const { host } = new URL(gateway.url);
  expect(answer).toEqual({ type: "unreachable", message: `${host}: needs credentials without control characters` });
  expect(gateway.requests).toEqual([]);
});

test("throws the signal's reason, and hangs up", async () => {
  await using gateway = await FakeGateway.start(SILENT);
  const stop = new AbortController();
  const answer = client().ask(get(gateway.url, { signal: stop.signal }));
  await expect.poll(() => gateway.requests.length).toBe(1);
  stop.abort(new Error("no longer the leader"));
  await expect(answer).rejects.toThrow("no longer the leader");
  await expect.poll(() => gateway.sockets.size).toBe(0);
});

test("counts what it asked and what came", async () => {
  const registry = new Registry();
  const counting = client(SYSTEM_CLOCK, registry);
  await using gateway = await FakeGateway.start(answering(503));
  await counting.ask(get(gateway.url));
  gateway.answer = HANGING_UP;
  await counting.ask(get(gateway.url, { step: "push" }));
  const metrics = await registry.metrics();
  expect(metrics).toContain('gatehouse_gateway_requests_total{adapter="caddy",step="verify",code="503"} 1');
  expect(metrics).toContain('gatehouse_gateway_requests_total{adapter="caddy",step="push",code="<error>"} 1');
});

test("who does not lead any more changes nothing, and may go on asking", async () => {
  await using gateway = await FakeGateway.start(answering(200));
  const guard = { isStillLeader: () => false };
  const client = new GatewayClient({ clock: SYSTEM_CLOCK, userAgent: "gatehouse/0", guard });
  for (const method of ["POST", "DELETE"] as const) {
    const asked = client.ask(get(`${gateway.url}/load`, { method }));
    await expect(asked).rejects.toThrow(NotLeaderError);
    await expect(asked).rejects.toThrow(/^(POST|DELETE) 127\.0\.0\.1:\d+\/load: not the leader$/);
  }
  expect(await client.ask(get(gateway.url))).toMatchObject({ type: "answered" });
  expect(gateway.requests.map(({ method }) => method)).toEqual(["GET"]);
});
