import { expect, test } from "vitest";
import { LAST_GOOD_KEY } from "#api/controller-names.ts";
import { API_VERSION } from "#api/kind.ts";
import { CONTROLLER_NAME } from "#api/kinds/ai-gateway-class.ts";
import type { KubernetesObject } from "#api/object-meta.ts";
import { KubernetesError } from "#kube/kubernetes-error.ts";
import { DONE } from "#kube/reconcile-result.ts";
import { type Resource } from "#kube/resource.ts";
import { CLASS, gateway, scene } from "../../test/support/served-gateway.ts";
import { SECRETS } from "./delivered-objects.ts";

test("a gateway is delivered, verified and reported once its edits have settled", async () => {
  const { clock, did, plans, putSecret, run, secretUses } = scene([CLASS, gateway()]);
  putSecret("openai", { k: "sk-planted" });
  expect(await run()).toEqual({ type: "retry-after", milliseconds: 250 });
  expect(did).toEqual([]);
  clock.advance(250);
  expect(await run()).toEqual(DONE);
  expect(did).toEqual(["deliver", "verify", "report", "take down"]);
  const [plan] = plans;
  expect(plan?.target).toMatchObject({ namespace: "a", configMapName: "main-gateway", secretName: "main-gateway" });
  expect(plan?.rendered.files["gateway.json"]).toContain(plan?.hash);
  expect(JSON.stringify(plan?.rendered.files)).not.toContain("sk-planted");
  expect(JSON.stringify(plan?.rendered.secrets)).toContain("sk-planted");
  expect([...secretUses.usersOf({ namespace: "a", name: "openai" })]).toEqual(["a/main"]);
});

test("what was delivered before is looked after without waiting", async () => {
  const first = scene([CLASS, gateway()]);
  await first.settled();
  const status = { configHash: first.plans[0]?.hash };
  const { did, run } = scene([CLASS, { ...gateway(), status }]);
  await run();
  expect(did).toEqual(["deliver", "verify", "report", "take down"]);
});

test("a part that turned bad goes on as it was delivered, whatever has become of the Secret in which that is kept", async () => {
  const { plans, put, putSecret, settled } = scene([CLASS, gateway()]);
  putSecret("openai", { k: "sk-planted" });
  await settled();
  const spec = { mode: "Enforce", rateLimits: { max: { requestsPerMinute: 1 } } };
  put({ apiVersion: API_VERSION, kind: "AIGatewayPolicy", metadata: { name: "tight" }, spec } as KubernetesObject);
  await settled();
  expect(new Set(plans.map(({ hash }) => hash)).size).toBe(1);
  put(gateway("main", { uid: "another" }));
  await settled();
  expect(plans.at(-1)?.hash).not.toBe(plans[0]?.hash);
});

test("what was kept of a bad part by the controller before is found under a former name, too", async () => {
  const tight = { mode: "Enforce", rateLimits: { max: { requestsPerMinute: 1 } } };
  const policy = { apiVersion: API_VERSION, kind: "AIGatewayPolicy", metadata: { name: "tight" }, spec: tight };
  const before = scene([CLASS, gateway()]);
  before.putSecret("openai", { k: "sk-planted" });
  await before.settled();
  const [good] = before.plans;
  const after = scene([CLASS, gateway(), policy]);
  after.putSecret("openai", { k: "sk-planted" });
  const data = { [LAST_GOOD_KEY]: Buffer.from(good?.lastGood ?? "").toString("base64") };
  after.made.push({ type: SECRETS, object: { metadata: { name: "former", namespace: "a" }, data } as Resource });
  await after.settled();
  expect(after.plans[0]?.hash).toBe(good?.hash);
});

test("what it had under former names is taken down after a delivery, and not where that fails or all is quarantined", async () => {
  const { did, put, say, settled, run } = scene([CLASS, gateway()]);
  say.isTakenDown = false;
  expect(await settled()).toEqual({ type: "retry-after", milliseconds: 300_000 });
  expect(did.splice(0)).toEqual(["deliver", "verify", "report", "take down"]);
  say.delivery = { type: "failed", reason: "Unreachable", message: "nobody listens" };
  await run();
  say.delivery = { type: "refused", reason: "NameCollision", message: "it is there already" };
  await run();
  expect(did).not.toContain("take down");
  say.delivery = { type: "delivered", changed: true };
  const spec = { mode: "Enforce", requiredLabels: [{ key: "team" }] };
  put({ apiVersion: API_VERSION, kind: "AIGatewayPolicy", metadata: { name: "labelled" }, spec } as KubernetesObject);
  await settled();
  expect(did).toEqual(["deliver", "verify", "report"]);
});

test("nothing is delivered without Secrets, and the status names what to set", async () => {
  const { did, findings, run } = scene([CLASS, gateway()], "refused");
  expect(await run()).toEqual({ type: "retry-after", milliseconds: 300_000 });
  expect(did).toEqual(["report"]);
  expect(JSON.stringify(findings[0]?.delivery)).toMatch(/SecretAccessNotGranted.*secretNamespaces/);
});

test("as long as nobody knows whether Secrets may be read, nothing is done", async () => {
  const { did, run } = scene([CLASS, gateway()], "unknown");
  expect(await run()).toEqual(DONE);
  expect(did).toEqual([]);
});

test("of two gateways with one place the older is delivered and the other is told", async () => {
  const shared = { ...CLASS, spec: { adapter: "json", delivery: { configMapName: "the-one" } } };
  const young = gateway("young", { creationTimestamp: "2026-01-02T00:00:00Z" });
  const { findings, plans, settled } = scene([shared, young, gateway("old")]);
  await settled("a/young");
  expect(JSON.stringify(findings.at(-1)?.delivery)).toMatch(/GatewayTaken.*a\/old/);
  await settled("a/old");
  expect(plans.map(({ gateway }) => gateway.metadata.name)).toEqual(["old"]);
});

test("a delivery that failed is tried again with growing pauses, one that was refused after five minutes", async () => {
  const { say, settled, run } = scene([CLASS, gateway()]);
  say.delivery = { type: "failed", reason: "Unreachable", message: "nobody listens" };
  expect(await settled()).toEqual({ type: "retry" });
  say.delivery = { type: "refused", reason: "NameCollision", message: "it is there already" };
  expect(await run()).toEqual({ type: "retry-after", milliseconds: 300_000 });
});

test("the next look is when verification wants one, or an approval ends before", async () => {
  const lifecycle = { state: "Approved", expiresAt: "2026-01-01T00:01:00Z" };
  const spec = { provider: "openai", models: ["chat"], lifecycle };
  const approval = { apiVersion: API_VERSION, kind: "ApprovedModel", metadata: { name: "chat" }, spec };
  const { say, settled, run } = scene([CLASS, gateway(), approval]);
  say.verified = { verification: { instances: 1, verified: 1, differing: 0 }, againInMilliseconds: 500 };
  expect(await settled()).toEqual({ type: "retry-after", milliseconds: 500 });
  say.verified = undefined;
  expect(await run()).toEqual({ type: "retry-after", milliseconds: 60_000 - 250 });
});

test("without a class that is said, in a namespace that goes nothing is, and a gateway that goes is cleaned up", async () => {
  const nameless = scene([gateway()]);
  await nameless.run();
  expect(nameless.did).toEqual(["forget a/main", "report"]);
  expect(nameless.findings[0]?.gatewayClass).toBeUndefined();
  const deletionTimestamp = "2026-01-01T00:00:00Z";
  const ending = scene([
    CLASS,
    gateway(),
    { apiVersion: "v1", kind: "Namespace", metadata: { name: "a", deletionTimestamp } },
  ]);
  expect(await ending.run()).toEqual(DONE);
  expect(ending.did).toEqual([]);
  const going = scene([CLASS, gateway("main", { deletionTimestamp })]);
  await going.run();
  expect(going.did).toEqual(["clean up"]);
});

test("a conflict is no fault: what is new is on its way", async () => {
  const { say, settled } = scene([CLASS, gateway()]);
  Object.defineProperty(say, "delivery", {
    get: () => {
      throw new KubernetesError("changed", { code: 409, reason: "Conflict" });
    },
  });
  expect(await settled()).toEqual({ type: "retry" });
});

test("whose a gateway with an admin API is stands in its status before it is pushed to", async () => {
  const spec = { adapter: "caddy", delivery: { adminAPI: { url: "http://caddy:2019" } } };
  const pushed = { ...CLASS, metadata: { name: "pushed" }, spec };
  const { did, findings, put, putSecret, settled } = scene([
    pushed,
    gateway("main", {}, { gatewayClassName: "pushed" }),
  ]);
  putSecret("openai", { k: "sk-planted" });
  await settled();
  expect(did).toEqual(["report", "deliver", "verify", "report", "take down"]);
  expect(findings[0]).toMatchObject({ delivery: undefined, effective: undefined });
  const status = { controllerName: CONTROLLER_NAME };
  put({ ...gateway("main", {}, { gatewayClassName: "pushed" }), status } as KubernetesObject);
  await settled();
  expect(did).toEqual(["deliver", "verify", "report", "take down"]);
});

test("what is another controller's is forgotten and let go of", async () => {
  const theirs = { ...CLASS, spec: { adapter: "json", controllerName: "example.com/theirs" } };
  const { did, run } = scene([theirs, gateway()]);
  expect(await run()).toEqual(DONE);
  expect(did).toEqual(["forget a/main", "let go"]);
});
