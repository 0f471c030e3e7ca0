import { expect, test } from "vitest";
import { LAST_GOOD_KEY } from "#api/controller-names.ts";
import { API_VERSION } from "#api/kind.ts";
import { CONTROLLER_NAME } from "#api/kinds/ai-gateway-class.ts";
import type { AIGatewayConfig } from "#api/kinds/ai-gateway-config.ts";
import type { KubernetesObject } from "#api/object-meta.ts";
import { KubernetesError } from "#kube/kubernetes-error.ts";
import { DONE } from "#kube/reconcile-result.ts";
import { keyOf, type Resource } from "#kube/resource.ts";
import { Store } from "#kube/store.ts";
import { FactIndex } from "#policy/fact-index.ts";
import { ManualClock } from "../../test/support/manual-clock.ts";
import { keptLog } from "../../test/support/resources.ts";
import { claimedPlaces } from "./claimed-places.ts";
import { SECRETS } from "./delivered-objects.ts";
import type { DeliveryOutcome, Plan } from "./delivery/delivery.ts";
import type { MadeObject } from "./delivery/former-objects.ts";
import type { GatewayCaches } from "./gateway-caches.ts";
import type { Findings, GatewayPorts } from "./gateway-ports.ts";
import type { Grant } from "./granted-namespaces.ts";
import { gatewayReconciler } from "./reconcile-gateway.ts";
import { SecretUses } from "./secret-uses.ts";
import { Settling } from "./settling.ts";

const SCOPE = { controllerName: CONTROLLER_NAME, namespaces: [], gatewaySelector: undefined };

/** A namespace `a` with these objects, and a reconciler whose effects are written down. */
function scene(objects: readonly object[], grant: Grant = "granted") {
  const facts = new FactIndex();
  const stored = new Map<string, KubernetesObject>();
  for (const object of objects as readonly KubernetesObject[]) {
    facts.apply(object);
    stored.set(`${object.kind} ${object.metadata.namespace}/${object.metadata.name}`, object);
  }
  const caches: GatewayCaches = {
    gateways: () =>
      [...stored.values()].flatMap((object) =>
        object.kind === "AIGatewayConfig" ? keyOf(object as unknown as Resource) : [],
      ),
    get: (kind, namespace, name) => stored.get(`${kind} ${namespace}/${name}`) as never,
    integrationsOfAll: () => [],
    keptOfClass: () => [],
  };
  const secrets = new Store<Resource>();
  const clock = new ManualClock();
  const did: string[] = [];
  const plans: Plan[] = [];
  const findings: Findings[] = [];
  const made: MadeObject[] = [];
  const say: Saying = { delivery: { type: "delivered", changed: true }, verified: undefined, isTakenDown: true };
  const ports: GatewayPorts = {
    deliver: async (plan) => {
      plans.push(plan);
      did.push("deliver");
      return say.delivery;
    },
    verify: async () => {
      did.push("verify");
      return say.verified;
    },
    takeDownFormer: async () => {
      did.push("take down");
      return say.isTakenDown;
    },
    report: async (_gateway, found) => {
      did.push("report");
      findings.push(found);
    },
    cleanUp: async () => {
      did.push("clean up");
      return DONE;
    },
    letGo: async () => void did.push("let go"),
    forget: ({ namespace, name }) => void did.push(`forget ${namespace}/${name}`),
  };
  const secretUses = new SecretUses();
  const { places } = claimedPlaces(caches, SCOPE, facts);
  const reconcile = gatewayReconciler({
    scope: SCOPE,
    facts,
    caches,
    places,
    secretUses,
    ports,
    clock,
    granted: {
      grantOf: () => grant,
      secrets: () => (grant === "granted" ? secrets : undefined),
      madeFor: () => (grant === "granted" ? made : []),
    },
    settling: new Settling(clock),
  });
  const run = (key = "a/main") =>
    reconcile(key, { signal: new AbortController().signal, logger: keptLog().logger, reconcileId: "1", deadline: 0 });
  return {
    clock,
    did,
    put: (object: KubernetesObject) => {
      facts.apply(object);
      stored.set(`${object.kind} ${object.metadata.namespace}/${object.metadata.name}`, object);
    },
    findings,
    made,
    plans,
    say,
    secretUses,
    run,
    putSecret: (name: string, data: Record<string, string>) => {
      const encoded: Record<string, string> = {};
      for (const [key, value] of Object.entries(data)) encoded[key] = Buffer.from(value).toString("base64");
      const secret = { metadata: { name, namespace: "a", resourceVersion: "1" }, data: encoded };
      secrets.set(`a/${name}`, secret);
    },
    /** Runs, and again when a burst of edits would be over. */
    settled: async (key = "a/main") => {
      await run(key);
      clock.advance(250);
      did.length = 0;
      return run(key);
    },
  };
}

interface Saying {
  delivery: DeliveryOutcome;
  verified: Awaited<ReturnType<GatewayPorts["verify"]>>;
  isTakenDown: boolean;
}

const CLASS = {
  apiVersion: API_VERSION,
  kind: "AIGatewayClass",
  metadata: { name: "json" },
  spec: { adapter: "json" },
};

function gateway(name = "main", metadata: object = {}, spec: object = {}): AIGatewayConfig {
  const model = { name: "chat", type: "llm", endpoint: "https://api.openai.com/v1" };
  const auth = { type: "apikey", valueFrom: { secretKeyRef: { name: "openai", key: "k" } } };
  const whole = {
    apiVersion: API_VERSION,
    kind: "AIGatewayConfig",
    metadata: { name, namespace: "a", uid: name, creationTimestamp: "2026-01-01T00:00:00Z", ...metadata },
    spec: {
      gatewayClassName: "json",
      models: [{ ...model, rateLimits: { requestsPerMinute: 60, burst: 6 }, auth }],
      routes: [{ path: "/chat", targetModel: "chat" }],
      ...spec,
    },
  };
  return whole as AIGatewayConfig;
}

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
  expect(did).toEqual(["report", "deliver", "verify", "report"]);
  expect(findings[0]).toMatchObject({ delivery: undefined, effective: undefined });
  const status = { controllerName: CONTROLLER_NAME };
  put({ ...gateway("main", {}, { gatewayClassName: "pushed" }), status } as KubernetesObject);
  await settled();
  expect(did).toEqual(["deliver", "verify", "report"]);
});

test("what is another controller's is forgotten and let go of", async () => {
  const theirs = { ...CLASS, spec: { adapter: "json", controllerName: "example.com/theirs" } };
  const { did, run } = scene([theirs, gateway()]);
  expect(await run()).toEqual(DONE);
  expect(did).toEqual(["forget a/main", "let go"]);
});
