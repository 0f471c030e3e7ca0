import { LAST_GOOD_KEY } from "#api/controller-names.ts";
import type { AIGatewayClass } from "#api/kinds/ai-gateway-class.ts";
import type { AIGatewayConfig } from "#api/kinds/ai-gateway-config.ts";
import type { Clock } from "#kube/clock.ts";
import { DONE, type ReconcileResult, retry, retryAfter } from "#kube/reconcile-result.ts";
import type { Resource } from "#kube/resource.ts";
import type { FactIndex } from "#policy/fact-index.ts";
import type { ControllerScope } from "./controller-settings.ts";
import { SECRETS } from "./delivered-objects.ts";
import type { DeliveryOutcome, Plan, Undelivered } from "./delivery/delivery.ts";
import { type DeliveryTarget, deliveryTarget } from "./delivery/delivery-target.ts";
import type { Effective } from "./effective/effective.ts";
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
  readonly scope: ControllerScope;
  readonly facts: FactIndex;
  readonly caches: GatewayCaches;
  readonly granted: Pick<GrantedNamespaces, "grantOf" | "secrets" | "madeFor">;
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
  const judgement = judged(served, options);
  const { effective } = judgement;
  const refusal = refusalOf(key, namespace, options);
  const wait = refusal ? 0 : waitFor(served, effective.hash, options.settling);
  if (wait > 0) return retryAfter(wait);
  const { delivery, verification, plan } = refusal
    ? { delivery: refusal }
    : await brought(served, judgement, options, signal);
  await ports.report(gateway, { gatewayClass, effective, delivery, verification }, signal);
  if (delivery.type === "failed") return retry();
  const isClear = !plan || isQuarantined(effective) || (await ports.takeDownFormer(plan, verification, signal));
  const nextLook = delivery.type === "refused" || !isClear ? LOOK_AGAIN_MILLISECONDS : Number.POSITIVE_INFINITY;
  return after(Math.min(nextLook, verification?.againInMilliseconds ?? nextLook, nextChangeIn(effective, clock)));
}

/** Whatever refused a delivery or a deletion may have gone without telling anybody, such as a quota. */
const LOOK_AGAIN_MILLISECONDS = 300_000;

/** An alarm may ring a moment before its instant by the wall clock. */
const MIN_PAUSE_MILLISECONDS = 10;

function nextChangeIn({ nextChange = Number.POSITIVE_INFINITY }: Effective, clock: Clock): number {
  return nextChange - clock.date().getTime();
}

function after(pause: number): ReconcileResult {
  return pause === Number.POSITIVE_INFINITY ? DONE : retryAfter(Math.max(MIN_PAUSE_MILLISECONDS, pause));
}

interface Brought {
  readonly delivery: DeliveryOutcome;
  readonly verification?: VerificationAnswer | undefined;
  /** What was delivered, if it was. */
  readonly plan?: Plan;
}

/** Delivers what is to run, and asks what does. */
async function brought(
  { key, gateway, gatewayClass }: Served,
  { effective, secrets, target }: ReturnType<typeof judged>,
  options: ServeOptions,
  signal: AbortSignal,
): Promise<Brought> {
  const { ports, memory } = options;
  const rendered = renderGateway(gatewayClass, effective, secrets);
  const { hash, lastGood } = effective;
  const plan: Plan = { gateway, gatewayClass, target, hash, rendered, lastGood: lastGoodText(lastGood) };
  await claim(plan, options, signal);
  const delivery = await ports.deliver(plan, signal);
  if (delivery.type !== "delivered") return { delivery };
  memory.set(key, gateway, lastGood);
  return { delivery, verification: await ports.verify(plan, signal), plan };
}

/**
 * Writes into the status whose the gateway is, before it gets a finalizer: should we be killed
 * in between, and the class be handed over, nobody else would know who has to take that off.
 */
async function claim(plan: Plan, { scope, ports }: ServeOptions, signal: AbortSignal): Promise<void> {
  const { gateway, gatewayClass, target, rendered } = plan;
  const isPushed = rendered.pushed !== undefined && target.adminUrl !== undefined;
  if (!isPushed || gateway.status?.controllerName === scope.controllerName) return;
  const nothingYet = { gatewayClass, effective: undefined, delivery: undefined, verification: undefined };
  await ports.report(gateway, nothingYet, signal);
}

/** What is to run, from the caches alone, and which Secrets that depends on. */
function judged({ key, gateway, gatewayClass }: Served, options: ServeOptions) {
  const { facts, caches, granted, secretUses, clock } = options;
  const { namespace = "", name = "" } = gateway.metadata;
  const target = deliveryTarget(gatewayClass, { namespace, name });
  const secrets = recordedAccess(namespace, granted.secrets(namespace));
  const effective = effectiveConfiguration({
    gateway,
    gatewayClass,
    ...partsOf(gateway, { facts, caches }),
    secrets,
    lookup: facts,
    now: clock.date().getTime(),
    lastGood: options.memory.get(key, gateway) ?? keptInSecret(gateway, target, granted),
  });
  secretUses.set(key, secrets.asked);
  return { effective, secrets, target };
}

/** What the controller before this one has left, maybe under a name that the class had before. */
function keptInSecret(
  gateway: AIGatewayConfig,
  { secretName }: DeliveryTarget,
  granted: ServeOptions["granted"],
): LastGood | undefined {
  const made = granted.madeFor(gateway as AIGatewayConfig & Resource).filter(({ type }) => type === SECRETS);
  const secret = made.find(({ object }) => object.metadata.name === secretName) ?? made[0];
  return secret && parseLastGood(readSecret(secret.object).data[LAST_GOOD_KEY]);
}

/** Nothing of it is judged as good, so that what it had may be wanted again. */
function isQuarantined({ parts }: Effective): boolean {
  return parts.some(
    ({ kind, owner, state }) => kind === "object" && owner.kind === "AIGatewayConfig" && state === "Quarantined",
  );
}

function refusalOf(key: string, namespace: string, { granted, places }: ServeOptions): Undelivered | undefined {
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
