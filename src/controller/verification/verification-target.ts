import type { AIGatewayClass } from "#api/kinds/ai-gateway-class.ts";
import type { AdapterName } from "#gateway/adapter.ts";
import type { LabelSelector } from "#policy/label-selector.ts";

/** Whom to ask which configuration runs. */
export type VerificationTarget = PodsTarget | UrlTarget;

export interface PodsTarget {
  readonly type: "pods";
  readonly selector: LabelSelector;
  readonly port: number;
  readonly path: string | undefined;
}

export interface UrlTarget {
  readonly type: "url";
  /** Scheme, host and port. */
  readonly base: string;
  readonly path: string | undefined;
}

interface Names {
  readonly namespace: string;
  readonly name: string;
}

/**
 * Undefined where the class names nobody: then nothing is verified. With neither
 * selector nor URL it is the admin API that is asked, where there is one.
 */
export function verificationTarget(
  { spec: { adapter = "json", delivery, verify } }: AIGatewayClass,
  gateway: Names,
): VerificationTarget | undefined {
  if (!verify) return undefined;
  const { selector, url = delivery?.adminAPI?.url, port = PORTS[adapter], path } = verify;
  if (selector) return { type: "pods", selector, port, path };
  if (url === undefined) return undefined;
  const text = filledIn(url, gateway);
  const filled = URL.parse(text);
  // No address at all is asked in vain, which is told, and not taken for nobody.
  if (!filled || filled.origin === "null") return { type: "url", base: text, path };
  return { type: "url", base: filled.origin, path: path ?? pathOf(filled, verify.url === undefined) };
}

/** Where each gateway has its admin interface, or for `json` most programs their port. */
const PORTS: Readonly<Record<AdapterName, number>> = { json: 8080, envoy: 9901, litellm: 4000, caddy: 2019 };

/** The path of an admin API is where to push, not where to ask. */
function pathOf({ pathname, search }: URL, isAdminApi: boolean): string | undefined {
  return isAdminApi || pathname === "/" ? undefined : pathname + search;
}

function filledIn(template: string, { namespace, name }: Names): string {
  return template.replaceAll("{namespace}", namespace).replaceAll("{name}", name);
}
