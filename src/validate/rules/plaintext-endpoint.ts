import { clusterHost } from "../cluster-host.ts";
import { correctedOrigin } from "../corrected-url.ts";
import { type Endpoint, parseEndpoint } from "../endpoint.ts";
import { hostKind, staysOnNode } from "../host-kind.ts";
import type { Part } from "../part.ts";
import { type Facts, type Finding, HOLDS, type Rule } from "../rule.ts";

export const plaintextEndpoint: Rule = {
  id: "plaintext-endpoint",
  claim:
    "What leaves the cluster is encrypted, and the other side's certificate is checked, unless policy allows http.",
  why: "Prompts and the provider's key can be read, and answers changed, by everyone between the gateway and the model.",
  judgesBy: ["AIGatewayPolicy.spec.endpoints.allowHTTP"],
  action: "Deny",
  judges: { url: findPlaintext, model: findUnverified },
};

function findPlaintext(part: Part<"url">, facts: Facts): readonly Finding[] {
  const { url } = part.value;
  if (url.startsWith("https://") || facts.policy.endpoints.allowHTTP.value) return HOLDS;
  const endpoint = parseEndpoint(url);
  if (!endpoint || endpoint.isEncrypted || staysOnNode(hostKind(endpoint.host))) return HOLDS;
  const inside = clusterHost(endpoint, facts);
  if (inside?.certain) return HOLDS;
  const full = inside ? "; a Service in the cluster is written as 'name.namespace.svc'" : "";
  const detail = `must use https outside the cluster${example(url, endpoint)}${unlessAllowed(facts)}${full}`;
  return [{ part, at: [], kind: "Invalid value", detail, ...sourceOf(facts), read: [["url"]] }];
}

/** At a port of its own nobody knows whether https is spoken. */
function example(text: string, { url }: Endpoint): string {
  const corrected = url.port === "" ? correctedOrigin(text, { protocol: "https:" }) : undefined;
  return corrected === undefined ? "" : `, as in '${corrected}'`;
}

/** A certificate that nobody checks keeps out nobody, so it is no better than http. */
function findUnverified(part: Part<"model">, facts: Facts): readonly Finding[] {
  if (part.value.tls?.insecureSkipVerify !== true || facts.policy.endpoints.allowHTTP.value) return HOLDS;
  const at = ["tls", "insecureSkipVerify"];
  const detail = `must be false${unlessAllowed(facts)}; \`caSecretRef\` trusts an authority of your own`;
  return [{ part, at, kind: "Invalid value", value: true, detail, ...sourceOf(facts), read: [at] }];
}

/** What one policy forbids no other allows. */
function unlessAllowed({ policy }: Facts): string {
  return policy.endpoints.allowHTTP.source === "built-in" ? ", unless a policy sets `endpoints.allowHTTP`" : "";
}

function sourceOf({ policy }: Facts): Pick<Finding, "source" | "sourceField"> {
  const { source } = policy.endpoints.allowHTTP;
  return source === "built-in" ? {} : { source, sourceField: "spec.endpoints.allowHTTP" };
}
