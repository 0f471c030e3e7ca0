import { CONFIG_HASH_ANNOTATION } from "#api/controller-names.ts";
import { findCondition } from "#kube/conditions.ts";
import type { Resource } from "#kube/resource.ts";
import type { Plan } from "./delivery.ts";

export interface DeploymentWithTemplate extends Resource {
  readonly spec?: {
    readonly template?: { readonly metadata?: { readonly annotations?: Readonly<Record<string, string>> } };
  };
}

/** The hash of the configuration for which the Pods of a Deployment were last replaced, by its template. */
export function podsStartedWith({ spec }: DeploymentWithTemplate): string | undefined {
  return spec?.template?.metadata?.annotations?.[CONFIG_HASH_ANNOTATION];
}

/**
 * Whether the Pods run with a configuration as far as the Deployment can tell. Whoever
 * takes the annotation off the template replaces the Pods by that, and they start with
 * what was delivered: to put it back would replace them once more. That is only done
 * where nobody can ask the gateway, or where it answered that it runs something else.
 * An annotation of another configuration may be our own, of a delivery that was cut short.
 */
export function isStartedWith(deployment: DeploymentWithTemplate, { gateway, gatewayClass, hash }: Plan): boolean {
  const started = podsStartedWith(deployment);
  if (started !== undefined) return started === hash;
  const { configHash, conditions = [] } = gateway.status ?? {};
  const isKnownOtherwise = findCondition(conditions, "Programmed")?.reason === "HashMismatch";
  return configHash === hash && gatewayClass.spec.verify !== undefined && !isKnownOtherwise;
}
