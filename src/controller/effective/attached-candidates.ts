import type { IntegrationConfig } from "#api/kinds/integration-config.ts";
import { integrationConfig } from "#api/kinds/integration-config.ts";
import { type RateLimitPolicy, rateLimitPolicy } from "#api/kinds/rate-limit-policy.ts";
import { compareNames } from "#policy/name-order.ts";
import { isTerminating } from "#review/terminating.ts";
import { type Attachment, type FindAttachment, hasTargets } from "./attachment.ts";
import type { Candidate } from "./choice.ts";
import type { Gathering, JudgedGateway } from "./gathering.ts";
import { secretFaultsOfIntegration } from "./secret-faults.ts";

/** A part that is about something of the gateway. */
export interface Attached<K extends "limit" | "integration"> {
  readonly candidate: Candidate<K>;
  /** Undefined for one that is about all there is. */
  readonly attachment: Attachment | undefined;
}

/** The limits of RateLimitPolicies, by the names of these and in their order. */
export function limitCandidates(
  gateway: JudgedGateway,
  attachmentOf: FindAttachment,
  gathering: Gathering,
): readonly Attached<"limit">[] {
  return gathering.inputs.rateLimitPolicies.toSorted(byName).flatMap((policy) => {
    const attachment = isTerminating(policy) ? undefined : attachmentOf(policy);
    return attachment ? limitsOf(policy, gateway, gathering).map((candidate) => ({ candidate, attachment })) : [];
  });
}

function limitsOf(
  policy: RateLimitPolicy,
  { judged: { faults: ofGateway } }: JudgedGateway,
  { judge, kept }: Gathering,
): readonly Candidate<"limit">[] {
  const { name = "" } = policy.metadata;
  const { parts, faults, partFaults } = judge(rateLimitPolicy, policy);
  const limits = new Map(parts.limits.map(({ path, value }) => [path, value]));
  // One of the wrong shape may be no part, but has its faults.
  const paths = Array.from(new Set([...limits.keys(), ...partFaults.keys()]));
  return paths.map((path) => {
    // An item of a list without keys is known again by its place: better an old limit than none.
    const id = `${name}/${path}`;
    return {
      kind: "limit",
      owner: { kind: rateLimitPolicy.kind, name },
      name,
      path,
      id,
      current: limits.get(path),
      faults: [...ofGateway, ...faults, ...(partFaults.get(path) ?? [])],
      kept: kept.limit.get(id),
    };
  });
}

/** The integrations of a gateway, by name. One that names no target is about every gateway of the namespace. */
export function integrationCandidates(
  gateway: JudgedGateway,
  attachmentOf: FindAttachment,
  gathering: Gathering,
): readonly Attached<"integration">[] {
  return gathering.inputs.integrations.toSorted(byName).flatMap((integration) => {
    const isAboutAll = !hasTargets(integration);
    const attachment = isAboutAll ? undefined : attachmentOf(integration);
    if (isTerminating(integration) || (!isAboutAll && !attachment)) return [];
    return [{ candidate: integrationCandidate(integration, gateway, gathering), attachment }];
  });
}

function integrationCandidate(
  integration: IntegrationConfig,
  { judged: { faults: ofGateway } }: JudgedGateway,
  { inputs: { secrets }, judge, kept }: Gathering,
): Candidate<"integration"> {
  const { name = "" } = integration.metadata;
  const { parts, faults, partFaults } = judge(integrationConfig, integration);
  const { targetRefs: _, ...current } = (parts.integrations[0]?.value ?? {}) as IntegrationConfig["spec"];
  const keptForm = kept.integration.get(name);
  return {
    kind: "integration",
    owner: { kind: integrationConfig.kind, name },
    name,
    path: "spec",
    id: name,
    current,
    faults: [
      ...ofGateway,
      ...faults,
      ...(partFaults.get("spec") ?? []),
      ...secretFaultsOfIntegration(current, secrets),
    ],
    kept: keptForm,
    keptFault: keptForm && secretFaultsOfIntegration(keptForm, secrets)[0],
  };
}

function byName(one: RateLimitPolicy | IntegrationConfig, other: RateLimitPolicy | IntegrationConfig): number {
  return compareNames(one.metadata.name ?? "", other.metadata.name ?? "");
}
