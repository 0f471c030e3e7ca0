import type { X509Certificate } from "node:crypto";
import { isInForce, lifeOf } from "./certificate-life.ts";
import { leadsTo } from "./chain.ts";
import { certificatesIn } from "./pem.ts";
import type { WebhookConfiguration } from "./webhook-configuration.ts";
import { namesCalled, publishedIn } from "./webhook-configuration.ts";

/** How a server's certificate stands with the API server, and until when that is so by time alone. */
export type Standing =
  /** Nothing can be said: there is none yet, or the webhook configurations were not read yet. */
  | { readonly type: "unknown" }
  | { readonly type: "not in force"; readonly from: number; readonly until: number }
  /** The API server does not accept it for these webhooks, such as `ValidatingWebhookConfiguration gatehouse: a, b`. */
  | { readonly type: "mismatch"; readonly webhooks: readonly string[] }
  /** Signed by an authority of the webhooks, and not for the names by which the API server calls these. */
  | { readonly type: "name mismatch"; readonly names: readonly string[]; readonly webhooks: readonly string[] }
  | { readonly type: "trusted"; readonly until: number }
  /** Trusted, and to be renewed by now: a sixth of its life is left. */
  | { readonly type: "expiring"; readonly until: number };

/** Of our configurations, by kind, those that are there. */
export type Configurations = ReadonlyMap<string, WebhookConfiguration>;

/** Pure. The chain is PEM, the server's certificate first. A configuration that is not there calls nobody. */
export function standingOf(chain: string | undefined, configurations: Configurations, now: number): Standing {
  const certificates = certificatesIn(chain ?? "");
  const [leaf] = certificates;
  if (!leaf) return { type: "unknown" };
  const life = lifeOf(leaf);
  if (!isInForce(life, now)) return { type: "not in force", ...life };
  const webhooks = named(configurations, (configuration) => distrusting(certificates, configuration, now));
  if (webhooks.length > 0) return { type: "mismatch", webhooks };
  const misnamed = named(configurations, (configuration) => misnaming(leaf, configuration));
  if (misnamed.length > 0)
    return { type: "name mismatch", names: namesMissing(leaf, configurations), webhooks: misnamed };
  return { type: now < expiringFrom(leaf) ? "trusted" : "expiring", until: life.until };
}

/** The names of the webhooks for which the API server does not accept the chain. */
export function refusingWebhooks(
  chain: readonly X509Certificate[],
  configuration: WebhookConfiguration,
  now: number,
): readonly string[] {
  const [leaf] = chain;
  const misnamed = leaf ? misnaming(leaf, configuration) : [];
  return [...new Set([...distrusting(chain, configuration, now), ...misnamed])];
}

/** When the standing of a certificate is next another by time alone. */
export function nextChange(chain: string | undefined, now: number): number | undefined {
  const [leaf] = certificatesIn(chain ?? "");
  if (!leaf) return undefined;
  const { from, until } = lifeOf(leaf);
  return [from, expiringFrom(leaf), until + 1].find((instant) => instant > now);
}

/** Those of which no authority has signed it. */
function distrusting(
  chain: readonly X509Certificate[],
  configuration: WebhookConfiguration,
  now: number,
): readonly string[] {
  const bundles = publishedIn(configuration);
  const names = (configuration.webhooks ?? []).map(({ name }) => name);
  return names.filter((_, index) => {
    const anchors = certificatesIn(bundles[index] ?? "").filter((anchor) => isInForce(lifeOf(anchor), now));
    return !leadsTo(chain, anchors);
  });
}

/** Those that are called by a name that it is not for. */
function misnaming(leaf: X509Certificate, configuration: WebhookConfiguration): readonly string[] {
  const called = namesCalled(configuration);
  const names = (configuration.webhooks ?? []).map(({ name }) => name);
  return names.filter((_, index) => {
    const name = called[index];
    return name !== undefined && !isFor(leaf, name);
  });
}

function namesMissing(leaf: X509Certificate, configurations: Configurations): readonly string[] {
  const called = Array.from(configurations.values()).flatMap(namesCalled);
  return [...new Set(called.flatMap((name) => (name === undefined || isFor(leaf, name) ? [] : [name])))];
}

/** As Go's clients look at it, for whom the subject says nothing, and an asterisk stands for a whole label. */
function isFor(leaf: X509Certificate, name: string): boolean {
  return leaf.checkHost(name, { subject: "never", partialWildcards: false }) !== undefined;
}

function named(
  configurations: Configurations,
  webhooksOf: (configuration: WebhookConfiguration) => readonly string[],
): readonly string[] {
  return Array.from(configurations, ([kind, configuration]) => {
    const webhooks = webhooksOf(configuration);
    return webhooks.length === 0 ? [] : [`${kind} ${configuration.metadata.name}: ${webhooks.join(", ")}`];
  }).flat();
}

/** Whoever renews does so when a third of its life is left; where half of that is over, it has failed for some time. */
function expiringFrom(leaf: X509Certificate): number {
  const { from, until } = lifeOf(leaf);
  return until - (until - from) / 6;
}
