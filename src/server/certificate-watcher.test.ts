import { copyFile, mkdir, mkdtemp, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { Registry } from "prom-client";
import { afterEach, beforeEach, expect, test } from "vitest";
import { certificateMetrics } from "#observability/certificate-metrics.ts";
import { CertificateWatcher } from "./certificate-watcher.ts";
import { developmentCertificate } from "./development-certificate.ts";
import type { KeyPair } from "./key-pair.ts";

let directory: string;
let stack: AsyncDisposableStack;
let registry: Registry;

beforeEach(async () => {
  stack = new AsyncDisposableStack();
  registry = new Registry();
  directory = await mkdtemp(join(tmpdir(), "gatehouse-certificates-"));
  stack.defer(() => rm(directory, { recursive: true }));
});

afterEach(() => stack.disposeAsync());

/** A watcher that started, and what it reported. Polling every 10 ms stands in for 10 s. */
async function watched(pollMilliseconds: number): Promise<{ changes: KeyPair[]; changed: () => Promise<void> }> {
  const changes: KeyPair[] = [];
  let next = Promise.withResolvers<void>();
  const watcher = new CertificateWatcher({
    directory,
    metrics: certificateMetrics(registry),
    logger: pino({ level: "silent" }),
    pollMilliseconds,
    onChange: (pair) => {
      changes.push(pair);
      next.resolve();
      next = Promise.withResolvers<void>();
    },
  });
  stack.use(watcher);
  await watcher.load();
  watcher.start();
  return { changes, changed: () => next.promise };
}

async function writePair({ certificate, privateKey }: KeyPair, to = directory): Promise<void> {
  await mkdir(to, { recursive: true });
  await writeFile(join(to, "tls.crt"), certificate);
  await writeFile(join(to, "tls.key"), privateKey);
}

/** Mounts a pair as the kubelet does. */
async function mountPair(pair: KeyPair, generation: string): Promise<void> {
  await writePair(pair, join(directory, generation));
  await symlink(generation, join(directory, "..data_tmp"));
  await rename(join(directory, "..data_tmp"), join(directory, "..data"));
}

async function failedReads(): Promise<number> {
  const text = await registry.metrics();
  return Number(/^certwatcher_read_certificate_errors_total (\d+)$/m.exec(text)?.[1]);
}

const NO_POLL = 2 ** 31 - 1; // the longest that a timer can wait

test("a swap of the kubelet's symbolic link is seen by its event", async () => {
  const [first, second] = [await developmentCertificate(), await developmentCertificate()];
  await mountPair(first, "..1");
  for (const name of ["tls.crt", "tls.key"]) await symlink(join("..data", name), join(directory, name));
  const { changes, changed } = await watched(NO_POLL);
  const change = changed();
  await mountPair(second, "..2");
  await change;
  expect(changes).toEqual([second]);
});

test("a copy in place is seen by polling; the half-written pair in between is not used and counted", async () => {
  const [first, second] = [await developmentCertificate(), await developmentCertificate()];
  await writePair(first);
  const { changes, changed } = await watched(10);
  await writeFile(join(directory, "tls.crt"), second.certificate.slice(0, 100));
  await expect.poll(failedReads).toBeGreaterThan(0);
  expect(changes).toEqual([]);
  const change = changed();
  await writeFile(join(directory, "new.key"), second.privateKey);
  await copyFile(join(directory, "new.key"), join(directory, "tls.key"));
  await writeFile(join(directory, "tls.crt"), second.certificate);
  await change;
  expect(changes).toEqual([second]);
});

test("a directory that goes away for a while keeps the old pair", async () => {
  const pair = await developmentCertificate();
  await writePair(pair);
  const { changes } = await watched(10);
  await rename(directory, `${directory}-away`);
  await expect.poll(failedReads).toBeGreaterThan(0);
  await rename(`${directory}-away`, directory);
  expect(changes).toEqual([]);
});

test.each<[string, (pair: KeyPair, other: KeyPair) => Promise<void>, RegExp]>([
  ["no files", async () => {}, /cannot read certificate file .*tls\.crt: no such file/],
  ["no certificate", (pair) => writePair({ ...pair, certificate: "nonsense" }), /tls\.crt is not a PEM certificate/],
  ["no key", (pair) => writePair({ ...pair, privateKey: "nonsense" }), /tls\.key is not a PEM private key/],
  [
    "another's key",
    (pair, { privateKey }) => writePair({ ...pair, privateKey }),
    /is not the key of the certificate in tls\.crt/,
  ],
])("%s at the start is a fault in one line", async (_, write, message) => {
  await write(await developmentCertificate(), await developmentCertificate());
  await expect(watched(NO_POLL)).rejects.toThrow(message);
});
