import type { Endpoint } from "./endpoint.ts";
import type { Facts } from "./rule.ts";
import { TOP_LEVEL_DOMAINS } from "./special-names.ts";

/** A host that the cluster's own DNS answers for. */
export interface ClusterHost {
  readonly kind: "service" | "pod" | "api server";
  /** Undefined where the name leaves it to the place that the gateway runs in. */
  readonly namespace: string | undefined;
  /** Whether the name can be nothing else: never a public one. */
  readonly certain: boolean;
}

/**
 * What an endpoint names inside the cluster, or undefined.
 *
 * Pods resolve names by a search list, so that `vault.team-b` is a Service of
 * namespace `team-b` before it is anything else. A name that could be public too
 * counts as the cluster's when it is called by http; by https the certificate
 * tells them apart, so that `openrouter.ai` stays usable beside a namespace `ai`.
 */
export function clusterHost({ host, isEncrypted }: Endpoint, facts: Facts): ClusterHost | undefined {
  if (API_SERVER.test(host)) return { kind: "api server", namespace: "default", certain: true };
  const last = host.slice(host.lastIndexOf(".") + 1);
  if (NO_NAME.test(last) || (isEncrypted && couldBePublic(last))) return undefined;
  const labels = host.split(".");
  return namedInFull(labels) ?? shortened(labels, last, facts);
}

/** With whatever the cluster's domain is behind it. OpenShift gives it a second name. */
const API_SERVER = /^(?:kubernetes(?:\.default(?:\.svc(?:\..*)?)?)?|openshift\.default(?:\.svc(?:\..*)?)?)$/;

/** The end of an address. */
const NO_NAME = /^\d+$|\]$/;

/** Whether a top-level label is one that public services have. */
export function couldBePublic(last: string): boolean {
  return TWO_LETTERS.test(last) || TOP_LEVEL_DOMAINS.has(last);
}

const TWO_LETTERS = /^[a-z]{2}$/;

/** `service.namespace.svc` or `address.namespace.pod`, alone or before the cluster's domain. */
function namedInFull(labels: readonly string[]): ClusterHost | undefined {
  const zone = labels.findLastIndex((label) => label === "svc" || label === "pod");
  const domain = labels.slice(zone + 1).join(".");
  const certain = domain === "" || domain === "cluster.local" || domain === "clusterset.local";
  if (zone >= 2) return { kind: labels[zone] === "pod" ? "pod" : "service", namespace: labels[zone - 1], certain };
  const isOdd = (domain === "" && labels.length > 1) || labels.slice(-2).join(".") === "cluster.local";
  return isOdd ? { kind: "service", namespace: undefined, certain: true } : undefined;
}

/** `service`, `service.namespace` or `pod.service.namespace`, which the search list completes. */
function shortened(labels: readonly string[], last: string, { lookup, owner }: Facts): ClusterHost | undefined {
  if (labels.length === 1) return { kind: "service", namespace: undefined, certain: true };
  if (labels.length > 3) return undefined;
  const certain = !COULD_BE_TOP_LEVEL.test(last);
  const isNamespace = certain || last === owner.namespace || lookup.namespaceLabels(last) !== undefined;
  return isNamespace ? { kind: "service", namespace: last, certain } : undefined;
}

/** Top-level domains are letters only (RFC 1123), or internationalised. */
const COULD_BE_TOP_LEVEL = /^(?:[a-z]+|xn--.*)$/;
