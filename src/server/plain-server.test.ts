import { pino } from "pino";
import { Registry } from "prom-client";
import { afterAll, beforeAll, expect, test } from "vitest";
import { AdmissionMetrics } from "#observability/admission-metrics.ts";
import { eventLoopMetrics } from "#observability/event-loop-metrics.ts";
import { Readiness } from "#observability/readiness.ts";
import { PlainServer } from "./plain-server.ts";
import { probes } from "./probes.ts";

const readiness = new Readiness();
const certificate = readiness.claim("certificate");
readiness.claim("objects").handBack();
const registry = new Registry();
const server = new PlainServer({ routers: [probes(readiness, registry)], logger: pino({ level: "silent" }) });
let origin: string;

beforeAll(async () => {
  origin = `http://127.0.0.1:${await server.listen({ host: "127.0.0.1", port: 0 })}`;
});

afterAll(() => server[Symbol.asyncDispose]());

async function get(path: string): Promise<readonly [number, string]> {
  const response = await fetch(`${origin}${path}`);
  return [response.status, await response.text()];
}

const FAILED = "[-]certificate failed: reason withheld\n[+]objects ok\nreadyz check failed\n";

test("readiness lists what failed until every claim is handed back, and liveness does not care", async () => {
  expect(await get("/readyz")).toEqual([503, FAILED]);
  expect(await get("/healthz")).toEqual([200, "ok"]);
  certificate.handBack();
  expect(await get("/readyz")).toEqual([200, "ok"]);
  certificate.takeBack();
  expect(await get("/readyz")).toEqual([503, FAILED]);
});

test.each<[string, number, string]>([
  ["/readyz?verbose", 503, FAILED],
  ["/readyz?verbose&exclude=certificate", 200, "[+]objects ok\nreadyz check passed\n"],
  ["/readyz?exclude=objects&exclude=certificate", 200, "ok"],
  ["/readyz/objects", 200, "ok"],
  ["/readyz/certificate", 503, "[-]certificate failed: reason withheld\nreadyz check failed\n"],
  ["/readyz/unknown", 404, "404 page not found\n"],
  ["/healthz?verbose", 200, "[+]ping ok\nhealthz check passed\n"],
  ["/healthz/ping", 200, "ok"],
  ["/mutate", 404, "404 page not found\n"],
])("%s is answered with %i", async (path, code, text) => {
  expect(await get(path)).toEqual([code, text]);
});

test("metrics are those of the registry that was passed in", async () => {
  const metrics = new AdmissionMetrics(registry, []);
  metrics.webhook("/mutate");
  using _delay = eventLoopMetrics(registry);
  const response = await fetch(`${origin}/metrics`);
  expect(response.headers.get("content-type")).toContain("text/plain; version=0.0.4");
  const text = await response.text();
  expect(text).toContain('controller_runtime_webhook_requests_total{webhook="/mutate",code="200"} 0');
  expect(text).toContain("controller_runtime_webhook_panics_total 0");
  expect(text).toMatch(/nodejs_eventloop_delay_seconds\{quantile="0.99"\} \d/);
});
