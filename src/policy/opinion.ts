import type { Action, AIGatewayPolicy } from "#api/kinds/ai-gateway-policy.ts";

export type PolicySpec = AIGatewayPolicy["spec"];

/** What one policy says to one subject, its own exceptions for that subject made. */
export interface Opinion {
  readonly name: string;
  readonly source: string;
  readonly actions: ReadonlyMap<string, Action>;
  /** Rules that the policy relaxes for the subject to Audit. */
  readonly excepted: Excepted;
  readonly rateLimits: NonNullable<PolicySpec["rateLimits"]>;
  readonly endpoints: NonNullable<PolicySpec["endpoints"]>;
  readonly requiredLabels: NonNullable<PolicySpec["requiredLabels"]>;
  readonly defaults: NonNullable<PolicySpec["defaults"]>;
}

/** Rules from which a policy makes an exception, each with the exception's place in the policy's list. */
export type Excepted = ReadonlyMap<string, number>;

/**
 * The opinion of a policy that makes an exception from some rules. Of what it
 * says about them only what is milder still than the exception stays, so that an
 * exception never makes anything stricter.
 */
export function opinionOf(name: string, spec: PolicySpec, excepted: Excepted): Opinion {
  const named = Object.entries(spec.rules ?? {});
  const actions = new Map(named.filter(([rule, action]) => action === "Off" || !excepted.has(rule)));
  return {
    name,
    source: `policy ${name}`,
    actions,
    excepted: new Map(Array.from(excepted).filter(([rule]) => !actions.has(rule))),
    rateLimits: excepted.has("rate-limit-bounds") ? {} : (spec.rateLimits ?? {}),
    endpoints: endpointsOf(spec.endpoints ?? {}, excepted),
    requiredLabels: excepted.has("required-label") ? [] : (spec.requiredLabels ?? []),
    defaults: spec.defaults ?? {},
  };
}

function endpointsOf(endpoints: Opinion["endpoints"], excepted: Excepted): Opinion["endpoints"] {
  const { allowHTTP, ...others } = endpoints;
  const { allowPrivate, allowClusterLocal } = endpoints;
  const plaintext = excepted.has("plaintext-endpoint");
  const forbidden = excepted.has("forbidden-endpoint");
  return {
    ...(allowHTTP === undefined || (plaintext && !allowHTTP) ? {} : { allowHTTP }),
    ...(forbidden ? {} : others),
    ...(forbidden && allowPrivate ? { allowPrivate } : {}),
    ...(forbidden && allowClusterLocal === "All" ? { allowClusterLocal } : {}),
  };
}

/** Whether a policy restricts what a rule judges by. */
export function restricts({ rateLimits, endpoints, requiredLabels }: Opinion, rule: string): boolean {
  switch (rule) {
    case "rate-limit-bounds":
      return rateLimits.required === true || rateLimits.min !== undefined || rateLimits.max !== undefined;
    case "plaintext-endpoint":
      return endpoints.allowHTTP === false;
    case "forbidden-endpoint":
      return endpoints.allowPrivate === false || hasRestrictedHosts(endpoints);
    case "required-label":
      return requiredLabels.length > 0;
    default:
      return false;
  }
}

function hasRestrictedHosts({ allowClusterLocal = "All", allowedHosts }: Opinion["endpoints"]): boolean {
  return allowClusterLocal !== "All" || allowedHosts !== undefined;
}
