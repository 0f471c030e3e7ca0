import { API_VERSION } from "#api/kind.ts";
import { CONTROLLER_NAME } from "#api/kinds/ai-gateway-class.ts";
import type { AIGatewayConfig } from "#api/kinds/ai-gateway-config.ts";
import type { KubernetesObject } from "#api/object-meta.ts";
import { claimedPlaces } from "#controller/claimed-places.ts";
import type { DeliveryOutcome, Plan } from "#controller/delivery/delivery.ts";
import type { MadeObject } from "#controller/delivery/former-objects.ts";
import type { GatewayCaches } from "#controller/gateway-caches.ts";
import type { Findings, GatewayPorts } from "#controller/gateway-ports.ts";
import type { Grant } from "#controller/granted-namespaces.ts";
import { gatewayReconciler } from "#controller/reconcile-gateway.ts";
import { SecretUses } from "#controller/secret-uses.ts";
import { Settling } from "#controller/settling.ts";
import { DONE } from "#kube/reconcile-result.ts";
import { keyOf, type Resource } from "#kube/resource.ts";
import { Store } from "#kube/store.ts";
import { FactIndex } from "#policy/fact-index.ts";
import { ManualClock } from "./manual-clock.ts";
import { keptLog } from "./resources.ts";

const SCOPE = { controllerName: CONTROLLER_NAME, namespaces: [], gatewaySelector: undefined };

/** A namespace `a` with these objects, and a reconciler whose effects are written down. */
export function scene(objects: readonly object[], grant: Grant = "granted") {
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

/** Of gateways in files. */
export const CLASS = {
  apiVersion: API_VERSION,
  kind: "AIGatewayClass",
  metadata: { name: "json" },
  spec: { adapter: "json" },
};

/** One of that class, whose credential is in the Secret `openai`. */
export function gateway(name = "main", metadata: object = {}, spec: object = {}): AIGatewayConfig {
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
