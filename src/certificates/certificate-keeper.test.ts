import { Registry } from "prom-client";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Client } from "#kube/client.ts";
import { KubernetesError } from "#kube/kubernetes-error.ts";
import { RenewalMetrics } from "#observability/renewal-metrics.ts";
import { CertificateCluster, DNS_NAME, OBJECTS } from "../../test/support/certificate-cluster.ts";
import { ManualClock } from "../../test/support/manual-clock.ts";
import { keptLog } from "../../test/support/resources.ts";
import { CertificateKeeper } from "./certificate-keeper.ts";

const HOUR = 3_600_000;

let cluster: CertificateCluster;
let clock: ManualClock;
let registry: Registry;
let log: ReturnType<typeof keptLog>;
let stop: AbortController;
let running: Promise<void>;

beforeEach(() => {
  cluster = new CertificateCluster();
  clock = new ManualClock();
  registry = new Registry();
  log = keptLog();
  stop = new AbortController();
});

afterEach(async () => {
  stop.abort();
  await running;
});

function start(client: Client = cluster.client): CertificateKeeper {
  const keeper = new CertificateKeeper({
    client,
    objects: OBJECTS,
    rules: {
      dnsNames: [DNS_NAME],
      settlingMilliseconds: 10_000,
      overlapMilliseconds: HOUR,
      leafMilliseconds: 2160 * HOUR,
      authorityMilliseconds: 87_600 * HOUR,
    },
    clock,
    logger: log.logger,
    metrics: new RenewalMetrics(registry),
  });
  running = keeper.run(stop.signal);
  return keeper;
}

/** Lets pauses pass, of repairs and after failures. Keys are made beside the event loop, so this waits for real, too. */
async function until(what: () => boolean): Promise<void> {
  await vi.waitFor(
    async () => {
      await clock.pass(500);
      expect(what()).toBe(true);
    },
    { timeout: 20_000 },
  );
}

const hasLeaf = (): boolean => (cluster.secret?.["tls.crt"] ?? "") !== "";

async function metric(line: string): Promise<number> {
  const found = (await registry.metrics()).split("\n").find((one) => one.startsWith(`${line} `));
  return Number(found?.split(" ").at(-1));
}

test("makes what is not there, says so without a key, counts it, and then rests", async () => {
  start();
  await until(hasLeaf);
  expect(await metric('gatehouse_certificate_renewals_total{part="authority"}')).toBe(1);
  expect(await metric('gatehouse_certificate_renewals_total{part="leaf"}')).toBe(1);
  expect(await metric("gatehouse_certificate_publications_total")).toBe(1);
  expect(log.lines.map(({ msg }) => msg)).toEqual([
    "new authority; what it signs is served once it is published",
    "authorities written into the webhook configurations",
    "new certificate of the admission server",
  ]);
  const said = JSON.stringify(log.lines);
  for (const key of ["tls.key", "ca.key"]) {
    const [, line = ""] = cluster.secret?.[key]?.split("\n") ?? [];
    expect(line).not.toBe("");
    expect(said).not.toContain(line);
  }
  await until(() => clock.waiting.includes(60_000));
});

test("looks at once when something has changed, and otherwise every minute", async () => {
  const keeper = start();
  await until(() => hasLeaf() && clock.waiting.includes(60_000));
  const good = cluster.published;
  cluster.editBundle("edited");
  keeper.wake();
  await clock.pass(2000);
  expect(cluster.published).toEqual(good);
  cluster.editBundle("edited again");
  await clock.pass(30_000);
  expect(cluster.published).not.toEqual(good);
  await clock.pass(32_000);
  expect(cluster.published).toEqual(good);
});

test("who disputes with it gets fewer and fewer answers", async () => {
  const keeper = start();
  await until(() => hasLeaf() && clock.waiting.includes(60_000));
  const before = await metric("gatehouse_certificate_publications_total");
  const good = String(cluster.published);
  for (let step = 0; step < 1000; step += 1) {
    if (String(cluster.published) === good) {
      cluster.editBundle("edited");
      keeper.wake();
    }
    await clock.pass(30);
  }
  const answers = (await metric("gatehouse_certificate_publications_total")) - before;
  expect(answers).toBeGreaterThan(10);
  expect(answers).toBeLessThan(60); // in half a minute
});

test("tries again what failed, counts it, and goes on", async () => {
  let failures = 3;
  const get: Client["get"] = (type, name, options) => {
    failures -= 1;
    if (failures >= 0) return Promise.reject(new KubernetesError("no", { code: 403, reason: "Forbidden" }));
    return cluster.client.get(type, name, options);
  };
  start({ ...cluster.client, get });
  await until(hasLeaf);
  expect(await metric("gatehouse_certificate_renewal_errors_total")).toBeGreaterThan(0);
});
