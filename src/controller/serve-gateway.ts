import { LAST_GOOD_KEY } from "#api/controller-names.ts";
import type { AIGatewayClass } from "#api/kinds/ai-gateway-class.ts";
import type { AIGatewayConfig } from "#api/kinds/ai-gateway-config.ts";
import type { Clock } from "#kube/clock.ts";
import { isControlledBy } from "#kube/owner-reference.ts";
import { DONE, type ReconcileResult, retry, retryAfter } from "#kube/reconcile-result.ts";
import type { Resource } from "#kube/resource.ts";
import type { FactIndex } from "#policy/fact-index.ts";
import type { DeliveryOutcome } from "./delivery/delivery.ts";
import { deliveryTarget } from "./delivery/delivery-target.ts";
import { effectiveConfiguration } from "./effective/effective-configuration.ts";
import { type LastGood, lastGoodText, parseLastGood } from "./effective/last-good.ts";
import type { GatewayCaches } from "./gateway-caches.ts";
import type { GatewayPlaces } from "./gateway-places.ts";
import type { GatewayPorts } from "./gateway-ports.ts";
import { partsOf } from "./gather.ts";
import type { GrantedNamespaces } from "./granted-namespaces.ts";
import type { LastGoodMemory } from "./last-good-memory.ts";
import { readSecret, recordedAccess } from "./read-secrets.ts";
import { renderGateway } from "./render-gateway.ts";
import type { SecretUses } from "./secret-uses.ts";
import type { Settling } from "./settling.ts";
import type { VerificationAnswer } from "./verification/verifier.ts";

export interface ServeOptions {
  readonly facts: FactIndex;
  readonly caches: GatewayCaches;
  readonly granted: Pick<GrantedNamespaces, "grantOf" | "secrets">;
  readonly places: GatewayPlaces;
  readonly secretUses: SecretUses;
  readonly settling: Settling;
  readonly memory: LastGoodMemory;
  readonly ports: GatewayPorts;
  readonly clock: Clock;
}

/** A gateway that is ours. */
export interface Served {
  readonly key: string;
  readonly gateway: AIGatewayConfig;
  readonly gatewayClass: AIGatewayClass;
}

/**
 * Gathers from the caches what a gateway depends on, decides what it is to run, brings
 * it there and says how that went; again and again with the same end.
 */
export async function serveGateway(
  served: Served,
  options: ServeOptions,
  signal: AbortSignal,
): Promise<ReconcileResult> {
  const { key, gateway, gatewayClass } = served;
  const { facts, granted, ports, clock } = options;
  const { namespace = "" } = gateway.metadata;
  if (gateway.metadata.deletionTimestamp !== undefined) return ports.cleanUp(gateway, gatewayClass, signal);
  // Whoever learns more of it wakes the gateway; in a namespace that is to go nothing can be made.
  if (granted.grantOf(namespace) === "unknown" || facts.isTerminating(namespace)) return DONE;
  const { effective, secrets, target } = judged(served, options);
  const refusal = refusalOf(key, namespace, options);
  let delivery: DeliveryOutcome | undefined = refusal;
  let verification: VerificationAnswer | undefined;
  if (!refusal) {
    const wait = waitFor(served, effective.hash, options.settling);
    if (wait > 0) return retryAfter(wait);
    const rendered = renderGateway(gatewayClass, effective, secrets);
    const plan = {
      gateway,
      gatewayClass,
      target,
      hash: effective.hash,
      rendered,
      lastGood: lastGoodText(effective.lastGood),
    };
    delivery = await ports.deliver(plan, signal);
    if (delivery.type === "delivered") {
      options.memory.set(key, gateway, effective.lastGood);
      verification = await ports.verify(plan, signal);
    }
  }
  await ports.report(gateway, { gatewayClass, effective, delivery, verification }, signal);
  if (delivery?.type === "failed") return retry();
  const pauses = [
    effective.nextChange === undefined ? Number.POSITIVE_INFINITY : effective.nextChange - clock.date().getTime(),
    verification?.againInMilliseconds ?? Number.POSITIVE_INFINITY,
    delivery?.type === "refused" ? LOOK_AGAIN_MILLISECONDS : Number.POSITIVE_INFINITY,
  ];
  const pause = Math.min(...pauses);
  return pause === Number.POSITIVE_INFINITY ? DONE : retryAfter(Math.max(MIN_PAUSE_MILLISECONDS, pause));
}

/** Whatever refused a delivery may have gone without telling anybody, such as a quota. */
const LOOK_AGAIN_MILLISECONDS = 300_000;

/** An alarm may ring a moment before its instant by the wall clock. */
const MIN_PAUSE_MILLISECONDS = 10;

/** What is to run, from the caches alone, and which Secrets that depends on. */
function judged({ key, gateway, gatewayClass }: Served, options: ServeOptions) {
  const { facts, caches, granted, secretUses, clock } = options;
  const { namespace = "", name = "" } = gateway.metadata;
  const target = deliveryTarget(gatewayClass, { namespace, name });
  const store = granted.secrets(namespace);
  const secrets = recordedAccess(namespace, store);
  const effective = effectiveConfiguration({
    gateway,
    gatewayClass,
    ...partsOf(gateway, { facts, caches }),
    secrets,
    lookup: facts,
    now: clock.date().getTime(),
    lastGood:
      options.memory.get(key, gateway) ?? keptInSecret(gateway, store?.get(`${namespace}/${target.secretName}`)),
  });
  secretUses.set(key, secrets.asked);
  return { effective, secrets, target };
}

/** What the controller before this one has left. */
function keptInSecret(gateway: AIGatewayConfig, secret: Resource | undefined): LastGood | undefined {
  const isOurs = secret !== undefined && isControlledBy(secret, gateway as AIGatewayConfig & Resource);
  return isOurs ? parseLastGood(readSecret(secret).data[LAST_GOOD_KEY]) : undefined;
}

function refusalOf(key: string, namespace: string, { granted, places }: ServeOptions): DeliveryOutcome | undefined {
  if (granted.grantOf(namespace) !== "granted") {
    const message = `Secrets of namespace ${namespace} may not be read: its name must be in secretNamespaces of the chart (--secret-namespaces)`;
    return { type: "refused", reason: "SecretAccessNotGranted", message };
  }
  const holder = places.takenBy(key);
  if (holder === undefined) return undefined;
  const who = holder.startsWith(`${namespace}/`)
    ? `AIGatewayConfig ${holder}`
    : "an AIGatewayConfig of another namespace";
  return { type: "refused", reason: "GatewayTaken", message: `${who} is older and has this gateway` };
}

/** What was delivered before is put back at once; what is new may be one of many edits. */
function waitFor({ key, gateway }: Served, hash: string, settling: Settling): number {
  if (gateway.status?.configHash === hash) {
    settling.settled(key);
    return 0;
  }
  return settling.waitFor(key, hash);
}
