import { copyFile, mkdir, mkdtemp, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { Registry } from "prom-client";
import { afterEach, beforeEach, expect, test } from "vitest";
import { certificateMetrics } from "#observability/certificate-metrics.ts";
import { createCertificateAuthority } from "../../test/support/certificates.ts";
import { CertificateWatcher } from "./certificate-watcher.ts";
import { developmentCertificate } from "./development-certificate.ts";
import type { KeyPair, TlsMaterial } from "./key-pair.ts";

let directory: string;
let stack: AsyncDisposableStack;
let registry: Registry;
let lines: string[];

beforeEach(async () => {
  stack = new AsyncDisposableStack();
  registry = new Registry();
  lines = [];
  directory = await mkdtemp(join(tmpdir(), "gatehouse-certificates-"));
  stack.defer(() => rm(directory, { recursive: true }));
});

afterEach(() => stack.disposeAsync());

interface Watched {
  readonly changes: readonly TlsMaterial[];
  readonly changed: () => Promise<void>;
}

/** A watcher that started, and what it reported. Polling every 10 ms stands in for 10 s. */
async function watched(
  pollMilliseconds: number,
  { clientAuthorityFile, dnsName }: { readonly clientAuthorityFile?: string; readonly dnsName?: string } = {},
): Promise<Watched> {
  const changes: TlsMaterial[] = [];
  let next = Promise.withResolvers<void>();
  const watcher = new CertificateWatcher({
    directory,
    clientAuthorityFile,
    dnsName,
    metrics: certificateMetrics(registry),
    logger: pino({ level: "info" }, { write: (line) => void lines.push(line) }),
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

async function metric(name: string): Promise<number> {
  const text = await registry.metrics();
  return Number(new RegExp(`^${name} (\\S+)$`, "m").exec(text)?.[1]);
}

function failedReads(): Promise<number> {
  return metric("certwatcher_read_certificate_errors_total");
}

const DAY = 24 * 60 * 60 * 1000;

/** A pair that is valid between two instants, in days from now. */
async function pairFor(from: number, until: number): Promise<KeyPair> {
  const authority = await createCertificateAuthority("authority");
  const validity = { notBefore: new Date(Date.now() + from * DAY), notAfter: new Date(Date.now() + until * DAY) };
  return authority.issueServer({ names: ["localhost"], validity });
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

test("a rename is seen by its event", async () => {
  const [first, second] = [await developmentCertificate(), await developmentCertificate()];
  await writePair(first);
  const { changes, changed } = await watched(NO_POLL);
  await writePair(second, join(directory, "new"));
  const change = changed();
  for (const name of ["tls.key", "tls.crt"]) await rename(join(directory, "new", name), join(directory, name));
  await change;
  expect(changes).toEqual([second]);
});

test("an identical pair that is written again is read and not reloaded", async () => {
  const pair = await developmentCertificate();
  await writePair(pair);
  const { changes } = await watched(10);
  const reads = await metric("certwatcher_read_certificate_total");
  await writePair(pair, join(directory, "new"));
  for (const name of ["tls.key", "tls.crt"]) await rename(join(directory, "new", name), join(directory, name));
  await expect.poll(() => metric("certwatcher_read_certificate_total")).toBeGreaterThan(reads + 2);
  expect(changes).toEqual([]);
});

test.each([
  ["expired", -2, -1],
  ["not yet valid", 1, 2],
])("a new pair that is %s does not take the place of one that is in force", async (standing, from, until) => {
  await writePair(await developmentCertificate());
  const { changes } = await watched(10);
  await writePair(await pairFor(from, until));
  await expect.poll(() => lines.join("")).toContain(`is ${standing}, and the one in use is in force`);
  expect(await failedReads()).toBeGreaterThan(0);
  expect(changes).toEqual([]);
});

test("a new pair for another name does not take the place of one for the name by which clients call", async () => {
  const authority = await createCertificateAuthority("ours");
  const issue = (...names: readonly [string, ...string[]]) => authority.issueServer({ names });
  await writePair(await issue("guard.elsewhere.svc"));
  const { changes, changed } = await watched(10, { dnsName: "guard.here.svc" });
  const change = changed(); // of two that do not fit, the newer one is as good
  const second = await issue("guard.there.svc");
  await writePair(second);
  await change;
  const another = changed();
  const fitting = await issue("elsewhere.example.com", "guard.here.svc");
  await writePair(fitting);
  await another;
  await writePair(await issue("guard.elsewhere.svc"));
  await expect.poll(() => lines.join("")).toContain("must be for guard.here.svc, as the one in use is");
  expect(await failedReads()).toBeGreaterThan(0);
  expect(changes).toEqual([second, fitting]);
});

test.each<[string, readonly [number, number], string]>([
  ["expired", [-2, -1], "certificate is not in force: the API server refuses it"],
  ["not yet valid", [1, 2], "certificate is not in force: the API server refuses it"],
  ["not renewed in time", [-90, 14], "certificate expires soon and was not renewed"],
])("a certificate that is %s is used, and said once; a better one takes its place", async (_, days, words) => {
  await writePair(await pairFor(...days));
  const { changes, changed } = await watched(10);
  expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([{ directory, msg: words }]);
  expect(await metric("gatehouse_certificate_expiry_seconds")).toBeCloseTo((days[1] * DAY) / 1000, -2);
  const change = changed();
  const better = await pairFor(-1, 89);
  await writePair(better);
  await change;
  expect(changes).toEqual([better]);
  expect(await metric("gatehouse_certificate_expiry_seconds")).toBeCloseTo((89 * DAY) / 1000, -2);
  await expect.poll(() => lines.join("")).toContain("certificate is valid");
  expect(lines.filter((line) => line.includes(words))).toHaveLength(1);
});

test("client authorities are read with the pair, and again when only they change", async () => {
  const pair = await developmentCertificate();
  const [first, second] = [await createCertificateAuthority("first"), await createCertificateAuthority("second")];
  await writePair(pair);
  const file = join(directory, "ca.crt");
  await writeFile(file, first.certificate);
  const { changes, changed } = await watched(NO_POLL, { clientAuthorityFile: file });
  const change = changed();
  await writeFile(join(directory, "new"), first.certificate + second.certificate);
  await rename(join(directory, "new"), file);
  await change;
  expect(changes).toEqual([{ ...pair, clientAuthorities: first.certificate + second.certificate }]);
});

test.each([
  ["is not there", undefined, /cannot read certificates of client authorities from .*ca\.crt/],
  ["holds none", "nonsense", /ca\.crt holds no certificate of a client authority/],
])("a file of client authorities that %s is a fault in one line at the start", async (_, content, message) => {
  await writePair(await developmentCertificate());
  const file = join(directory, "ca.crt");
  if (content !== undefined) await writeFile(file, content);
  await expect(watched(NO_POLL, { clientAuthorityFile: file })).rejects.toThrow(message);
});

test.each<[string, (pair: KeyPair, other: KeyPair) => Promise<void>, RegExp]>([
  ["no files", async () => {}, /cannot read certificate file .*tls\.crt: no such file/],
  [
    "no certificate",
    (pair) => writePair({ ...pair, certificate: "nonsense" }),
    /tls\.crt in .* is not a PEM certificate/,
  ],
  ["no key", (pair) => writePair({ ...pair, privateKey: "nonsense" }), /tls\.key in .* is not a PEM private key/],
  [
    "another's key",
    (pair, { privateKey }) => writePair({ ...pair, privateKey }),
    /is not the key of the certificate in tls\.crt/,
  ],
])("%s at the start is a fault in one line", async (_, write, message) => {
  await write(await developmentCertificate(), await developmentCertificate());
  await expect(watched(NO_POLL)).rejects.toThrow(message);
});
