import type { AIGatewayClass } from "#api/kinds/ai-gateway-class.ts";
import type { ApprovedModel } from "#api/kinds/approved-model.ts";
import type { EffectivePolicy } from "./effective-policy.ts";
import type { ModelIndex } from "./model-index.ts";
import type { ModelUse } from "./model-use-index.ts";
import type { NamespaceObjects, StoredObject } from "./stored-objects.ts";

/** The object that a policy is asked for. `name` is empty while the API server has yet to generate one. */
export interface Subject {
  readonly namespace: string;
  readonly name: string;
}

/** An AIGatewayPolicy in Audit, merged with those in Enforce as if it were one of them. */
export interface AuditCandidate {
  readonly policy: string;
  readonly effective: EffectivePolicy;
}

/** Patterns of approvals, as keys, by their length in characters. */
export interface ApprovedPatterns {
  readonly ids: ReadonlyMap<number, ReadonlyMap<string, unknown>>;
  /** Without their `*`. */
  readonly prefixes: ReadonlyMap<number, ReadonlyMap<string, unknown>>;
}

/**
 * What rules and mutation may ask about the world. Every answer comes from an
 * index: no call waits, scans or fails. `now` is in milliseconds since the epoch.
 */
export interface PolicyLookup {
  /** What is publicly known of models; undefined where nothing is, and rules that need it are silent. */
  readonly models: ModelIndex | undefined;
  effectivePolicy(subject: Subject, now: number): EffectivePolicy;
  /** When the effective policy may change by time alone: the next exception for the subject ends. Undefined: never. */
  policyHoldsUntil(subject: Subject, now: number): number | undefined;
  /** One for each policy in Audit that selects the subject. */
  auditCandidates(subject: Subject, now: number): readonly AuditCandidate[];
  /** Approvals one of whose patterns matches the model's upstream id, by name. In whatever state they are. */
  approvalsOf(modelId: string): readonly ApprovedModel[];
  /** What approvals name, in whatever state they are. */
  approvedPatterns(): ApprovedPatterns;
  /** Approvals that supply a credential from a Secret of this name, by name. In whatever state they are. */
  approvalsOfSecret(name: string): readonly ApprovedModel[];
  gatewayClass(name: string): AIGatewayClass | undefined;
  defaultGatewayClass(): AIGatewayClass | undefined;
  classNames(): Iterable<string>;
  /** What teams have stored in a namespace. */
  objectsIn(namespace: string): NamespaceObjects;
  /** Classes that are marked as the default, of which the first is it. */
  defaultClassClaimants(): readonly AIGatewayClass[];
  /** Stored AIGatewayConfigs that a class serves: those that name it and, of the default class, those that name none. */
  configsOfClass(name: string): Iterable<StoredObject>;
  /** What stored objects use of the models that a pattern of an approval matches. */
  usesOf(pattern: string): Iterable<ModelUse>;
  /** Undefined for a namespace that is not known. */
  namespaceLabels(namespace: string): Readonly<Record<string, string>> | undefined;
  /** Whether a namespace and all that is in it is being deleted. */
  isTerminating(namespace: string): boolean;
}
