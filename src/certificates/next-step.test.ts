import { X509Certificate } from "node:crypto";
import { beforeEach, expect, test } from "vitest";
import { CertificateCluster, DNS_NAME, OBJECTS } from "../../test/support/certificate-cluster.ts";
import { renewalDue } from "./certificate-life.ts";
import { leadsTo } from "./chain.ts";
import { gather, publishedBy, textOf } from "./gather.ts";
import { makeAuthority, signLeaf } from "./issue.ts";
import { nextStep, type Step } from "./next-step.ts";
import { certificatesIn } from "./pem.ts";
import { type IssuingRules, performStep } from "./perform-step.ts";
import { PublicationAge } from "./publication-age.ts";
import { readStored } from "./stored-certificates.ts";

const SECOND = 1000;
const HOUR = 3600 * SECOND;
const DAY = 24 * HOUR;

const RULES: IssuingRules = {
  dnsNames: [DNS_NAME],
  settlingMilliseconds: 10 * SECOND,
  overlapMilliseconds: HOUR,
  leafMilliseconds: 90 * DAY,
  authorityMilliseconds: 3650 * DAY,
};

let cluster: CertificateCluster;
let now: number;
let monotonic: number;
let leader: PublicationAge;
let rules: IssuingRules;

beforeEach(() => {
  cluster = new CertificateCluster();
  now = Date.parse("2027-01-01T00:00:00Z");
  monotonic = 0;
  leader = new PublicationAge();
  rules = RULES;
});

async function look() {
  const gathered = await gather(cluster.client, OBJECTS, AbortSignal.timeout(60_000));
  const published = publishedBy(gathered);
  const secret = gathered.secret && textOf(gathered.secret);
  const present = { secret, published, seenForMilliseconds: leader.of(published, secret?.["tls.crt"], monotonic), now };
  return { gathered, step: nextStep(present, rules) };
}

/** What is done until there is only waiting, and how long that is. */
async function settle(): Promise<readonly (string | number)[]> {
  const done: string[] = [];
  for (;;) {
    const { gathered, step } = await look();
    if (step.do === "wait") return [...done, step.until - now];
    await perform(step, gathered);
    done.push("why" in step ? `${step.do}: ${step.why}` : step.do);
    if (done.length > 20) throw new Error(`no end: ${done.join(", ")}`);
  }
}

async function perform(step: Exclude<Step, { do: "wait" }>, gathered: Awaited<ReturnType<typeof gather>>) {
  const signal = AbortSignal.timeout(60_000);
  await performStep(step, gathered, { client: cluster.client, objects: OBJECTS, rules, now, signal });
}

function pass(milliseconds: number): void {
  now += milliseconds;
  monotonic += milliseconds;
}

const leaf = (): X509Certificate => new X509Certificate(cluster.secret?.["tls.crt"] ?? "");

/** Whether each entry of the webhook configurations trusts it. */
const isTrusted = (certificate: X509Certificate): boolean =>
  cluster.published.every((bundle) => leadsTo([certificate], certificatesIn(bundle)));

const trustedAuthorities = (): readonly number[] => cluster.published.map((bundle) => certificatesIn(bundle).length);

test("a new installation gets an authority, publishes it, and only then has a certificate, without waiting", async () => {
  const done = await settle();
  expect(done.slice(0, -1)).toEqual(["replace-authority: missing", "publish", "replace-leaf: missing"]);
  expect(isTrusted(leaf())).toBe(true);
  expect(leaf().checkHost(DNS_NAME)).toBe(DNS_NAME);
  expect(leaf().keyUsage).toEqual(["1.3.6.1.5.5.7.3.1"]);
  expect(trustedAuthorities()).toEqual([1, 1, 1, 1]);
  expect(cluster.owners).toMatchObject([{ kind: "Service", name: "gatehouse" }]);
});

test("a certificate is renewed when about a third of its life is left, by the same authority", async () => {
  const wait = (await settle()).at(-1) as number;
  expect(wait).toBeGreaterThan(56 * DAY);
  expect(wait).toBeLessThanOrEqual(60 * DAY);
  const before = leaf();
  pass(wait - 1);
  expect(await settle()).toEqual([1]);
  pass(1);
  expect((await settle()).slice(0, -1)).toEqual(["replace-leaf: due"]);
  expect(leaf().fingerprint256).not.toBe(before.fingerprint256);
  expect([isTrusted(before), isTrusted(leaf())]).toEqual([true, true]);
});

test("the moment of renewal differs between certificates, and never for one", async () => {
  const authority = await makeAuthority("gatehouse", { from: now, until: now + DAY });
  const made = await Promise.all(
    Array.from({ length: 8 }, () => signLeaf(authority, [DNS_NAME], { from: now, until: now + DAY })),
  );
  const dues = made.map(({ certificate }) => renewalDue(new X509Certificate(certificate)));
  expect(new Set(dues).size).toBeGreaterThan(1);
  for (const due of dues) {
    expect(due).toBeGreaterThanOrEqual(now + (2 / 3 - 1 / 30) * DAY);
    expect(due).toBeLessThanOrEqual(now + (2 / 3) * DAY);
  }
  expect(made.map(({ certificate }) => renewalDue(new X509Certificate(certificate)))).toEqual(dues);
});

test("an authority that is due is published beside the former one before anything that it signs is served", async () => {
  await settle();
  const former = leaf();
  cluster.editSecret({ "tls.crt": undefined }); // served no more, so that the authority's own time is what counts
  pass(3650 * DAY * 0.67);
  expect(await settle()).toEqual(["replace-authority: due", "publish", RULES.settlingMilliseconds]);
  expect(trustedAuthorities()).toEqual([2, 2, 2, 2]);
  expect(isTrusted(former)).toBe(true);
  pass(RULES.settlingMilliseconds);
  const done = await settle();
  expect(done.slice(0, -1)).toEqual(["replace-leaf: missing"]);
  expect(done.at(-1)).toBe(RULES.overlapMilliseconds);
  expect(isTrusted(leaf())).toBe(true);
  pass(RULES.overlapMilliseconds);
  expect((await settle()).slice(0, -1)).toEqual(["drop-authorities", "publish"]);
  expect([isTrusted(former), isTrusted(leaf())]).toEqual([false, true]);
});

test("a lost key of the authority costs no call: the certificate in use stays until the next one is trusted", async () => {
  await settle();
  const former = leaf();
  cluster.editSecret({ "ca.key": undefined });
  expect(await settle()).toEqual(["replace-authority: missing", "publish", RULES.settlingMilliseconds]);
  expect(leaf().fingerprint256).toBe(former.fingerprint256);
  expect(isTrusted(former)).toBe(true);
  pass(RULES.settlingMilliseconds);
  expect((await settle()).slice(0, -1)).toEqual(["replace-leaf: other authority"]);
});

test("a deleted Secret is made again, and what replicas still serve stays trusted meanwhile", async () => {
  await settle();
  const served = leaf();
  cluster.editSecret(undefined);
  expect(await settle()).toEqual(["replace-authority: missing", "publish", RULES.settlingMilliseconds]);
  expect(isTrusted(served)).toBe(true);
  pass(RULES.settlingMilliseconds);
  await settle();
  expect([isTrusted(served), isTrusted(leaf())]).toEqual([true, true]);
});

test("authorities that somebody edited are written back, and time starts anew", async () => {
  await settle();
  cluster.editBundle("");
  expect((await settle()).slice(0, -1)).toEqual(["publish"]);
  expect(isTrusted(leaf())).toBe(true);
  const foreign = await makeAuthority("foreign", { from: now, until: now + DAY });
  cluster.editBundle(foreign.certificate);
  expect((await settle()).slice(0, -1)).toEqual(["publish"]);
  expect(cluster.published.join("\n")).not.toContain(foreign.certificate.trim());
});

test.each<[string, Readonly<Record<string, string | undefined>>, readonly string[]]>([
  ["no key of the certificate", { "tls.key": undefined }, ["replace-leaf: missing"]],
  [
    "garbage for a certificate",
    { "tls.crt": "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----" },
    ["replace-leaf: missing"],
  ],
  ["garbage for a key", { "tls.key": "garbage" }, ["replace-leaf: missing"]],
  ["garbage for authorities", { "ca.crt": "garbage" }, ["replace-authority: missing", "publish"]],
  ["garbage for the authority's key", { "ca.key": "garbage" }, ["replace-authority: missing", "publish"]],
  [
    "everything empty",
    { "tls.crt": "", "tls.key": "", "ca.crt": "", "ca.key": "" },
    ["replace-authority: missing", "publish"],
  ],
])("a Secret with %s is mended", async (_, damage, expected) => {
  await settle();
  const served = leaf();
  cluster.editSecret(damage);
  expect((await settle()).slice(0, -1)).toEqual(expected);
  expect(isTrusted(served)).toBe(true);
  pass(RULES.settlingMilliseconds);
  await settle();
  expect(readStored(cluster.secret ?? {}).leaf).toBeDefined();
  expect([isTrusted(served), isTrusted(leaf())]).toEqual([true, true]);
});

test("a certificate with the key of another is no certificate", async () => {
  await settle();
  const authority = await makeAuthority("foreign", { from: now, until: now + DAY });
  cluster.editSecret({ "tls.key": authority.privateKey });
  expect((await settle()).slice(0, -1)).toEqual(["replace-leaf: missing"]);
  cluster.editSecret({ "ca.key": authority.privateKey });
  expect((await settle())[0]).toBe("replace-authority: missing");
});

test("a certificate of an authority that nobody trusts is replaced once another can be", async () => {
  await settle();
  const foreign = await makeAuthority("foreign", { from: now, until: now + DAY });
  const planted = await signLeaf(foreign, [DNS_NAME], { from: now, until: now + DAY });
  cluster.editSecret({ "tls.crt": planted.certificate, "tls.key": planted.privateKey });
  expect(await settle()).toEqual([RULES.settlingMilliseconds]);
  pass(RULES.settlingMilliseconds);
  expect((await settle()).slice(0, -1)).toEqual(["replace-leaf: other authority"]);
});

test("another name of the Service asks for another certificate", async () => {
  await settle();
  pass(RULES.settlingMilliseconds);
  rules = { ...RULES, dnsNames: ["other.gatehouse-system.svc"] };
  expect((await settle()).slice(0, -1)).toEqual(["replace-leaf: other names"]);
});

test("a clock that jumps past everything's end, or before its beginning, ends in what is valid then", async () => {
  await settle();
  now += 4000 * DAY;
  expect((await settle()).slice(0, -1)).toEqual(["replace-authority: expired", "publish"]);
  pass(RULES.settlingMilliseconds);
  await settle();
  expect(leaf().validToDate.getTime()).toBeGreaterThan(now);
  now -= 4000 * DAY;
  expect((await settle())[0]).toBe("replace-authority: not yet valid");
  pass(RULES.settlingMilliseconds);
  await settle();
  expect(leaf().validFromDate.getTime()).toBeLessThanOrEqual(now);
  expect(isTrusted(leaf())).toBe(true);
});

test("a wall clock that jumps does not cut short how long a former authority is trusted after the switch", async () => {
  await settle();
  const served = leaf();
  cluster.editSecret({ "ca.key": undefined });
  await settle();
  pass(RULES.settlingMilliseconds);
  await settle();
  now += RULES.overlapMilliseconds;
  expect(await settle()).toEqual([RULES.settlingMilliseconds]);
  expect(isTrusted(served)).toBe(true);
  pass(RULES.settlingMilliseconds);
  expect((await settle()).slice(0, -1)).toEqual(["drop-authorities", "publish"]);
});

test("an expired certificate is replaced as soon as its authority is known to be published", async () => {
  await settle();
  pass(91 * DAY);
  expect((await settle()).slice(0, -1)).toEqual(["replace-leaf: expired"]);
});

test("no certificate outlives its authority", async () => {
  rules = { ...RULES, authorityMilliseconds: 100 * DAY, leafMilliseconds: 365 * DAY };
  await settle();
  const { signer } = readStored(cluster.secret ?? {});
  expect(leaf().validToDate.getTime()).toBeLessThanOrEqual(signer?.validToDate.getTime() ?? 0);
});

test("whoever takes over waits again before it has served what a new authority signed", async () => {
  await settle();
  cluster.editSecret({ "ca.key": undefined });
  await settle();
  pass(RULES.settlingMilliseconds - 1);
  leader = new PublicationAge();
  expect(await settle()).toEqual([RULES.settlingMilliseconds]);
});

test("nothing is written into webhook configurations that cert-manager writes", async () => {
  cluster.annotateConfigurations({ "cert-manager.io/inject-ca-from": "a/b" });
  expect(await settle()).toEqual(["replace-authority: missing", Number.POSITIVE_INFINITY]);
  expect(cluster.published).toEqual(["", "", "", ""]);
});

test("authorities that are replaced again and again before they settle do not grow without bound", async () => {
  await settle();
  for (let count = 0; count < 30; count += 1) {
    cluster.editSecret({ "ca.key": undefined });
    pass(SECOND);
    await settle();
  }
  expect(trustedAuthorities()).toEqual([17, 17, 17, 17]);
  expect(isTrusted(leaf())).toBe(true);
});
