import { expect, test } from "vitest";
import {
  answering,
  type FakeAnswer,
  FakeGateway,
  flooding,
  HANGING_UP,
  SILENT,
} from "../../../test/support/fake-gateway.ts";
import { CREDENTIALS, HASH, VerifiedGateway } from "../../../test/support/verified-gateway.ts";
import type { Verification } from "./verification.ts";

const GOOD = answering(200, { hash: HASH });
const OLD = answering(200, { hash: "sha256:old" });

test("asks every ready Pod at its own address, and is content when all run the configuration", async () => {
  await using scene = await VerifiedGateway.start(GOOD, GOOD, GOOD);
  const { verification } = await scene.look();
  expect(verification).toEqual({ instances: 3, verified: 3, differing: 0 });
  expect(scene.requests()).toEqual([1, 1, 1]);
  expect(scene.gateways[0]?.requests[0]).toMatchObject({ method: "GET", path: "/config-hash" });
  expect(scene.gateways[0]?.requests[0]?.headers.authorization).toBe(`Bearer ${CREDENTIALS}`);
});

test("finds one of three that silently keeps the old configuration, and names it when its time is up", async () => {
  await using scene = await VerifiedGateway.start(GOOD, OLD, GOOD);
  scene.verify = { ...scene.verify, timeout: "30s" };
  const { verification } = await scene.look();
  expect(verification).toMatchObject({ instances: 3, verified: 2, differing: 1, reason: "Verifying" });
  expect(await scene.lookFor(30_001)).toEqual({
    instances: 3,
    verified: 2,
    differing: 1,
    reason: "HashMismatch",
    lastError: `Pod gw-2: 127.251.7.2:${scene.verify.port}/config-hash: runs "sha256:old" instead of sha256:new`,
  });
});

test.each<[string, FakeAnswer, string, string]>([
  ["answers another hash", OLD, "HashMismatch", 'runs "sha256:old" instead of sha256:new'],
  [
    "answers 401",
    answering(401, `no ${CREDENTIALS}`),
    "UnexpectedAnswer",
    "answers 401 to the credentials that it was given: no ***",
  ],
  ["answers 500", answering(500, { error: "database gone" }), "UnexpectedAnswer", "answers 500: database gone"],
  ["answers 100 MB", flooding(100), "UnexpectedAnswer", "answers with more than 8 MiB"],
  ["answers garbage", answering(200, "\u0000 what?"), "UnexpectedAnswer", "answers without a hash"],
  ["answers nothing", answering(200), "UnexpectedAnswer", "answers without a hash"],
  ["hangs up", HANGING_UP, "Unreachable", "closes the connection without an answer"],
])("says what is wrong with an instance that %s", async (_, answer, reason, words) => {
  await using scene = await VerifiedGateway.start(answer);
  scene.verify = { ...scene.verify, timeout: "1s" };
  const verification = await scene.lookFor(1001);
  expect(verification).toMatchObject({ instances: 1, verified: 0, reason });
  expect(verification.lastError).toBe(`Pod gw-1: 127.251.7.1:${scene.verify.port}/config-hash: ${words}`);
});

test("asks nobody whom a redirect names", async () => {
  await using canary = await FakeGateway.start(GOOD);
  await using scene = await VerifiedGateway.start(answering(302, "", { location: `${canary.url}/config-hash` }));
  const { verification } = await scene.look();
  expect(verification.lastError).toMatch(/answers 302, a redirect, which is not followed$/);
  expect(canary.requests).toEqual([]);
});

test("waits five seconds for an instance that says nothing, while it asks the others", async () => {
  await using scene = await VerifiedGateway.start(SILENT, GOOD);
  const looking = scene.look();
  await expect.poll(() => scene.requests()).toEqual([1, 1]);
  scene.clock.advance(5000);
  expect((await looking).verification).toMatchObject({ verified: 1, reason: "Verifying" });
});

test("waits for a gateway that reloads, and asks those that run the configuration no more meanwhile", async () => {
  await using scene = await VerifiedGateway.start(GOOD, OLD);
  await scene.lookFor(1000);
  const [first, second] = scene.gateways;
  if (second) second.answer = GOOD;
  expect(await scene.lookFor(500)).toEqual({ instances: 2, verified: 2, differing: 0 });
  expect(first?.requests.length).toBe(1);
});

test("asks a gateway that never confirms about seventy times in its two minutes, then once a minute", async () => {
  await using scene = await VerifiedGateway.start(OLD);
  await scene.lookFor(120_001);
  const [inTime = 0] = scene.requests();
  expect(inTime).toBeGreaterThan(50);
  expect(inTime).toBeLessThan(80);
  await scene.lookFor(3_600_000);
  const [inAnHour = 0] = scene.requests();
  expect(inAnHour - inTime).toBeLessThan(66);
});

test.each<[string, FakeAnswer]>([
  ["is down", HANGING_UP],
  ["answers 500", answering(500, { error: "database gone" })],
  ["answers 401", answering(401)],
  ["redirects", answering(307, "", { location: "http://127.0.0.1:1/" })],
  ["answers with more than anybody reads", flooding(9)],
])("asks a gateway that %s no more often than one that never confirms", async (_, answer) => {
  await using scene = await VerifiedGateway.start(answer);
  scene.verify = { ...scene.verify, timeout: "30s" };
  await scene.lookFor(30_001);
  const [inTime = 0] = scene.requests();
  expect(inTime).toBeGreaterThan(15);
  expect(inTime).toBeLessThan(30);
  await scene.lookFor(1_800_000);
  const [later = 0] = scene.requests();
  expect(later - inTime).toBeLessThanOrEqual(36);
});

test("asks a gateway that says nothing every seven seconds in its two minutes, then about once a minute", async () => {
  await using scene = await VerifiedGateway.start(SILENT);
  const asked = () => scene.requests()[0] ?? 0;
  const looked = async (milliseconds: number) => {
    const before = asked();
    for (const end = scene.clock.now() + milliseconds; scene.clock.now() < end; ) {
      const already = asked();
      const looking = scene.look();
      while (asked() === already) await new Promise<void>((resolve) => void setImmediate(resolve));
      scene.clock.advance(5000);
      scene.clock.advance((await looking).againInMilliseconds);
    }
    return asked() - before;
  };
  const inTime = await looked(120_000);
  expect(inTime).toBeGreaterThan(15);
  expect(inTime).toBeLessThan(25);
  expect(await looked(1_800_000)).toBeLessThanOrEqual(36);
});

test("sends no request more when it is called in a hot loop", async () => {
  await using scene = await VerifiedGateway.start(OLD, GOOD);
  await scene.look();
  for (let call = 0; call < 1000; call += 1) await scene.look();
  expect(scene.requests()).toEqual([1, 1]);
});

test("asks at once for another configuration", async () => {
  await using scene = await VerifiedGateway.start(GOOD);
  await scene.look();
  const { verification } = await scene.look({ hash: "sha256:newer" });
  expect(verification).toMatchObject({ verified: 0, reason: "Verifying" });
  expect(scene.requests()).toEqual([2]);
});

test("says at once that no Pod is ready, and does not poll for them", async () => {
  await using scene = await VerifiedGateway.start();
  const { verification, againInMilliseconds } = await scene.look();
  expect(verification).toEqual({
    instances: 0,
    verified: 0,
    differing: 0,
    reason: "NoInstances",
    lastError: "no Pod that the class selects is ready",
  });
  expect(againInMilliseconds).toBe(5000);
});

test("asks a Pod that came meanwhile, a tenth of a second after the last look", async () => {
  await using scene = await VerifiedGateway.start(GOOD);
  await scene.look();
  await scene.add(GOOD);
  const early = await scene.look();
  expect(early).toMatchObject({ verification: { instances: 2, verified: 1, reason: "Verifying" } });
  expect(early.againInMilliseconds).toBe(100);
  scene.clock.advance(100);
  expect((await scene.look()).verification).toEqual({ instances: 2, verified: 2, differing: 0 });
  expect(scene.requests()).toEqual([1, 1]);
});

test("asks a Pod that came meanwhile, and nobody else before the time", async () => {
  await using scene = await VerifiedGateway.start(OLD);
  await scene.lookFor(60_000);
  const before = scene.requests();
  await scene.add(OLD);
  scene.clock.advance(100);
  await scene.look();
  expect(scene.requests()).toEqual([...before, 1]);
});

test("forgets a Pod that went, without asking the others", async () => {
  await using scene = await VerifiedGateway.start(GOOD, OLD);
  await scene.look();
  scene.pods.splice(1, 1);
  expect((await scene.look()).verification).toEqual({ instances: 1, verified: 1, differing: 0 });
  expect(scene.requests()).toEqual([1, 1]);
});

test("takes a Pod that was made again under its name and address for another one", async () => {
  await using scene = await VerifiedGateway.start(GOOD);
  await scene.look();
  const [pod] = scene.pods;
  if (pod) scene.pods[0] = { ...pod, uid: "another" };
  scene.clock.advance(100);
  await scene.look();
  expect(scene.requests()).toEqual([2]);
});

test("looks again each minute, and counts a gateway that was reconfigured behind our back", async () => {
  await using scene = await VerifiedGateway.start(GOOD);
  const { againInMilliseconds } = await scene.look();
  expect(againInMilliseconds).toBe(60_000);
  const [gateway] = scene.gateways;
  if (gateway) gateway.answer = OLD;
  scene.clock.advance(againInMilliseconds);
  const { verification } = await scene.look();
  expect(verification).toMatchObject({ verified: 0, differing: 1, reason: "Verifying" });
  expect(await scene.registry.metrics()).toContain('gatehouse_gateway_drift_total{adapter="json"} 1');
});

test("measures once how long a gateway took", async () => {
  await using scene = await VerifiedGateway.start(OLD);
  await scene.lookFor(700);
  const [gateway] = scene.gateways;
  if (gateway) gateway.answer = GOOD;
  await scene.lookFor(600_000);
  const metrics = await scene.registry.metrics();
  const labels = 'adapter="json",step="verify",result="Verified"';
  expect(metrics).toContain(`gatehouse_delivery_seconds_bucket{${labels},le="0.5"} 0`);
  expect(metrics).toContain(`gatehouse_delivery_seconds_bucket{${labels},le="1"} 1`);
  expect(metrics).toContain(`gatehouse_delivery_seconds_count{${labels}} 1\n`);
});

test("calls what served a minute ago unreachable only when it has been for as long as the class allows", async () => {
  await using scene = await VerifiedGateway.start(GOOD);
  scene.verify = { ...scene.verify, timeout: "90s" };
  await scene.look();
  const [gateway] = scene.gateways;
  if (gateway) gateway.answer = HANGING_UP;
  scene.clock.advance(60_000);
  expect((await scene.look()).verification).toEqual({ instances: 1, verified: 1, differing: 0 });
  scene.clock.advance(90_000);
  expect((await scene.look()).verification).toMatchObject({ verified: 0, reason: "Unreachable" });
});

test("trusts what status says of this configuration for a part of a minute after a start", async () => {
  await using scene = await VerifiedGateway.start(GOOD);
  const previous = { instances: 1, verified: 1, differing: 0 };
  const { verification, againInMilliseconds } = await scene.look({ previous });
  expect(verification).toEqual(previous);
  expect(againInMilliseconds).toBe(30_000);
  expect(scene.requests()).toEqual([0]);
  scene.clock.advance(30_000);
  await scene.look({ previous });
  expect(scene.requests()).toEqual([1]);
});

test("does not trust it when there are more Pods than status says", async () => {
  await using scene = await VerifiedGateway.start(GOOD, OLD);
  const { verification } = await scene.look({ previous: { instances: 1, verified: 1, differing: 0 } });
  expect(verification).toMatchObject({ instances: 2, verified: 1 });
});

test("does not trust a status that says that all of no instances run it", async () => {
  await using scene = await VerifiedGateway.start();
  const { verification } = await scene.look({ previous: { instances: 0, verified: 0, differing: 0 } });
  expect(verification.reason).toBe("NoInstances");
});

test("does not trust a status that says that something is wrong", async () => {
  await using scene = await VerifiedGateway.start(GOOD);
  const previous: Verification = { instances: 1, verified: 0, differing: 1, reason: "HashMismatch" };
  const { verification } = await scene.look({ previous });
  expect(verification).toEqual({ instances: 1, verified: 1, differing: 0 });
});

test("asks a URL with the names of the gateway filled in", async () => {
  await using gateway = await FakeGateway.start(GOOD);
  await using scene = await VerifiedGateway.start();
  scene.verify = { url: `${gateway.url}/{namespace}/{name}?of=gatehouse` };
  expect((await scene.look()).verification).toEqual({ instances: 1, verified: 1, differing: 0 });
  expect(gateway.requests[0]?.path).toBe("/team-a/chat?of=gatehouse");
});

test("stops with the signal's reason", async () => {
  await using scene = await VerifiedGateway.start(SILENT);
  const stop = new AbortController();
  const looking = scene.look({ signal: stop.signal });
  await expect.poll(() => scene.requests()).toEqual([1]);
  stop.abort(new Error("no longer the leader"));
  await expect(looking).rejects.toThrow("no longer the leader");
});
