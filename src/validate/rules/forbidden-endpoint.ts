import type { EffectivePolicy, Sourced } from "#policy/effective-policy.ts";
import { isOnHostList } from "#policy/host-pattern.ts";
import { type ClusterHost, clusterHost } from "../cluster-host.ts";
import { correctedOrigin } from "../corrected-url.ts";
import { type Endpoint, NOT_ABSOLUTE, parseEndpoint, spellingFault } from "../endpoint.ts";
import { hostKind } from "../host-kind.ts";
import { ordinaryHost } from "../ordinary-endpoint.ts";
import type { Part } from "../part.ts";
import { type Facts, type Finding, HOLDS, type Rule } from "../rule.ts";
import { PRIVATE_SUFFIXES } from "../special-names.ts";
import { wildcardTarget } from "../wildcard-name.ts";

export const forbiddenEndpoint: Rule = {
  id: "forbidden-endpoint",
  claim:
    "A URL that the gateway calls names a public host, or a Service as policy allows, in a spelling that all parsers read alike.",
  why: "The gateway calls any address it is given, from inside the network and with its own credentials: the cloud's metadata service, the API server, a neighbour's database. Such server-side requests were reported against LiteLLM and MLflow.",
  judgesBy: [
    "AIGatewayPolicy.spec.endpoints.allowPrivate",
    "AIGatewayPolicy.spec.endpoints.allowClusterLocal",
    "AIGatewayPolicy.spec.endpoints.allowedHosts",
  ],
  action: "Deny",
  judges: { url: findForbidden },
};

function findForbidden(part: Part<"url">, facts: Facts): readonly Finding[] {
  const text = part.value.url;
  const ordinary = ordinaryHost(text);
  if (ordinary !== undefined) {
    const unlisted = unlistedFault(ordinary, facts);
    return unlisted ? [findingOf(part, ordinary, unlisted)] : HOLDS;
  }
  const endpoint = parseEndpoint(text);
  if (!endpoint) return [findingOf(part, undefined, { detail: NOT_ABSOLUTE + example(text, facts) })];
  const spelling = spellingFault(text, endpoint);
  const fault =
    hostFault(endpoint, facts) ?? unlistedFault(endpoint.host, facts) ?? lookalikeFault(endpoint.host, facts);
  if (!spelling && !fault) return HOLDS;
  // What stands before an `@` may be a password, wherever a parser sees it.
  const shown = text.includes("@") ? undefined : endpoint.host;
  // A host in another spelling than was written would puzzle.
  const found = spelling ? [findingOf(part, undefined, { detail: spelling + example(text, facts) })] : [];
  return fault ? [...found, findingOf(part, shown, fault)] : found;
}

interface Fault extends Pick<Finding, "detail" | "advice"> {
  readonly asked?: Sourced<unknown>;
  /** Of `endpoints`, where it is asked. */
  readonly setting?: keyof EffectivePolicy["endpoints"];
}

/** Never the URL itself: its path and query may hold a secret. */
function findingOf(part: Part<"url">, host: string | undefined, { detail, advice, asked, setting }: Fault): Finding {
  return {
    part,
    at: [],
    kind: "Invalid value",
    ...(host === undefined ? {} : { value: host }),
    detail,
    ...(asked === undefined || asked.source === "built-in"
      ? {}
      : { source: asked.source, sourceField: `spec.endpoints.${setting}` }),
    ...(advice ? { advice } : {}),
    read: [["url"]],
  };
}

/** The URL without what is wrong with its spelling, where then nothing else is. */
function example(text: string, facts: Facts): string {
  const absolute = BARE.test(text) ? `https://${text}` : text;
  const host = parseEndpoint(absolute)?.host.replace(/\.$/, "");
  const corrected = host === undefined ? undefined : correctedOrigin(absolute, { host });
  const endpoint = corrected === undefined ? undefined : parseEndpoint(corrected);
  if (corrected === undefined || !endpoint || spellingFault(corrected, endpoint)) return "";
  return (hostFault(endpoint, facts) ?? unlistedFault(endpoint.host, facts)) ? "" : `, as in '${corrected}'`;
}

/** A public host with its scheme left out. */
const BARE = /^[a-z0-9.-]+\.[a-z]{2,63}(?::\d{1,5})?(?:\/[^@]*)?$/i;

function hostFault(endpoint: Endpoint, facts: Facts): Fault | undefined {
  const { host } = endpoint;
  const kind = hostKind(host);
  if (kind === "public") return undefined;
  if (kind === "private") return privateFault(facts);
  if (kind) return { detail: `must be a public host, not ${article(kind)} address` };
  const inside = clusterHost(endpoint, facts);
  if (inside) return clusterFault(inside, facts);
  return PRIVATE_SUFFIXES.some((suffix) => host.endsWith(suffix)) ? privateFault(facts) : undefined;
}

function privateFault({ policy }: Facts): Fault | undefined {
  const asked = policy.endpoints.allowPrivate;
  if (asked.value) return undefined;
  return {
    detail: `must be a public host, not a private one${unlessBuiltIn(asked, "sets `endpoints.allowPrivate`")}`,
    asked,
    setting: "allowPrivate",
  };
}

function clusterFault({ kind, namespace }: ClusterHost, { policy, owner }: Facts): Fault | undefined {
  if (kind === "api server") return { detail: "must not be the cluster's API server" };
  if (kind === "pod") return { detail: "must be a Service, not the address of a Pod" }; // CoreDNS answers with any address
  const setting = "allowClusterLocal";
  const asked = policy.endpoints[setting];
  if (asked.value === "All" || (asked.value === "OwnNamespace" && namespace === owner.namespace)) return undefined;
  if (asked.value === "None") return { detail: "must be a host outside the cluster", asked, setting };
  const own = `must be a Service of namespace '${owner.namespace}', as in 'name.${owner.namespace}.svc'`;
  return { detail: `${own}${unlessBuiltIn(asked, "sets `endpoints.allowClusterLocal` to 'All'")}`, asked, setting };
}

/** What one policy forbids no other allows. */
function unlessBuiltIn({ source }: Sourced<unknown>, what: string): string {
  return source === "built-in" ? `, unless a policy ${what}` : "";
}

function unlistedFault(host: string, { policy }: Facts): Fault | undefined {
  const asked = policy.endpoints.allowedHosts.find(({ value }) => !isOnHostList(value, host));
  return (
    asked && { detail: `must be a host that policy allows: ${listed(asked.value)}`, asked, setting: "allowedHosts" }
  );
}

function listed(hosts: readonly string[]): string {
  if (hosts.length === 0) return "none";
  const shown = hosts.slice(0, MAX_LISTED).map((host) => `'${host}'`);
  return shown.join(", ") + (hosts.length > MAX_LISTED ? ` and ${hosts.length - MAX_LISTED} more` : "");
}

/** A policy may allow 256 hosts; a message should fit a terminal. */
const MAX_LISTED = 10;

function lookalikeFault(host: string, { policy }: Facts): Fault | undefined {
  const target = wildcardTarget(host);
  if (target !== undefined && !(target === "private" && policy.endpoints.allowPrivate.value)) {
    return { detail: `must be a public host; this name stands for ${article(target)} address`, advice: true };
  }
  if (!INTERNATIONALISED.test(host)) return undefined;
  return { detail: "must be the host that is meant: an internationalised name can look like another", advice: true };
}

const INTERNATIONALISED = /(?:^|\.)xn--/;

function article(kind: string): string {
  return `${kind.startsWith("u") || kind.startsWith("I") ? "an" : "a"} ${kind}`;
}
