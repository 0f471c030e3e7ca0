import type { AIGatewayClass } from "#api/kinds/ai-gateway-class.ts";
import type { AIGatewayPolicy } from "#api/kinds/ai-gateway-policy.ts";
import type { ApprovedModel } from "#api/kinds/approved-model.ts";
import type { KubernetesObject } from "#api/object-meta.ts";
import { ApprovalIndex } from "./approval-index.ts";
import { ClassIndex } from "./class-index.ts";
import type { NamedPolicy } from "./denied-by-default.ts";
import type { EffectivePolicy } from "./effective-policy.ts";
import type { Exceptions } from "./judgement.ts";
import { NAME_LABEL } from "./label-anchors.ts";
import type { Labels } from "./label-selector.ts";
import type { ModelIndex } from "./model-index.ts";
import type { ModelUse } from "./model-use-index.ts";
import { PolicyIndex } from "./policy-index.ts";
import type { ApprovedPatterns, AuditCandidate, PolicyLookup, Subject } from "./policy-lookup.ts";
import type { Affected } from "./selection.ts";
import { StoredIndex } from "./stored-index.ts";
import {
  isStoredKind,
  type NamespaceObjects,
  STORED_KINDS,
  type StoredKind,
  type StoredObject,
} from "./stored-objects.ts";

/** The kinds that verdicts rest on beside the object itself. */
export const FACT_KINDS = ["AIGatewayPolicy", "ApprovedModel", "AIGatewayClass", "Namespace", ...STORED_KINDS] as const;
export type FactKind = (typeof FACT_KINDS)[number];

export function isFactKind(kind: string): kind is FactKind {
  return FACT_KINDS.some((known) => known === kind);
}

/** Told the kind of a fact that came, changed or went. */
type FactListener = (kind: FactKind) => void;

/** How one kind is indexed: by name, or by `namespace/name`. */
interface KindIndex {
  apply(key: string, object: KubernetesObject): void;
  delete(key: string): void;
  keys(): Iterable<string>;
}

/**
 * The platform team's objects, the namespaces and what is stored in them, indexed
 * for `PolicyLookup`. It takes events in any order, any number of times. Objects
 * are of a shape that was checked; they are kept and never changed.
 */
export class FactIndex implements PolicyLookup {
  readonly models: ModelIndex | undefined;
  readonly #policies = new PolicyIndex();
  readonly #approvals = new ApprovalIndex();
  readonly #classes: ClassIndex;
  readonly #stored = new StoredIndex();
  readonly #terminating = new Set<string>();
  readonly #listeners = new Set<FactListener>();
  readonly #kinds: Readonly<Record<FactKind, KindIndex>> = {
    AIGatewayPolicy: {
      apply: (name, object) => this.#policies.applyPolicy(name, (object as AIGatewayPolicy).spec),
      delete: (name) => this.#policies.deletePolicy(name),
      keys: () => this.#policies.policyNames(),
    },
    ApprovedModel: {
      apply: (name, object) => this.#approvals.apply(name, object as ApprovedModel),
      delete: (name) => this.#approvals.delete(name),
      keys: () => this.#approvals.names(),
    },
    AIGatewayClass: {
      apply: (name, object) => this.#classes.apply(name, object as AIGatewayClass),
      delete: (name) => this.#classes.delete(name),
      keys: () => this.#classes.names(),
    },
    Namespace: {
      apply: (name, object) => this.#applyNamespace(name, object),
      delete: (name) => this.#deleteNamespace(name),
      keys: () => this.#policies.namespaceNames(),
    },
    AIGatewayConfig: storedKind("AIGatewayConfig", this.#stored),
    ModelConfig: storedKind("ModelConfig", this.#stored),
    AIRoute: storedKind("AIRoute", this.#stored),
    PromptTemplate: storedKind("PromptTemplate", this.#stored),
    RateLimitPolicy: storedKind("RateLimitPolicy", this.#stored),
    IntegrationConfig: storedKind("IntegrationConfig", this.#stored),
  };

  /** A class is ours by the usual controllerName, unless we go by another one: see ClassIndex. */
  constructor(models?: ModelIndex, controllerName?: string) {
    this.models = models;
    this.#classes = new ClassIndex(controllerName);
  }

  /** Takes in a new or changed object. Objects of kinds that are no facts leave no trace. */
  apply(object: KubernetesObject): void {
    if (isFactKind(object.kind)) this.#apply(object.kind, keyOf(object.kind, object), object);
  }

  /** By name, or `namespace/name` for a namespaced kind. */
  delete(kind: FactKind, key: string): void {
    this.#kinds[kind].delete(key);
    this.#tell(kind);
  }

  /** Calls back after each change has taken effect, until disposed of. */
  subscribe(listener: FactListener): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  /** Makes these the only objects of every kind. */
  replace(objects: readonly KubernetesObject[]): void {
    for (const kind of FACT_KINDS) {
      this.replaceKind(
        kind,
        objects.filter((object) => object.kind === kind),
      );
    }
  }

  /**
   * Makes these the only objects of one kind, as after a list; what is among them
   * unchanged stays as it was. Their own `kind` is not read: items of a list may
   * come without.
   */
  replaceKind(kind: FactKind, objects: readonly KubernetesObject[]): void {
    const index = this.#kinds[kind];
    const byKey = new Map(objects.map((object) => [keyOf(kind, object), object]));
    for (const key of index.keys()) if (!byKey.has(key)) this.delete(kind, key);
    for (const [key, object] of byKey) this.#apply(kind, key, object);
  }

  #apply(kind: FactKind, key: string, object: KubernetesObject): void {
    this.#kinds[kind].apply(key, object);
    this.#tell(kind);
  }

  #tell(kind: FactKind): void {
    for (const listener of this.#listeners) listener(kind);
  }

  #applyNamespace(name: string, object: KubernetesObject): void {
    this.#policies.applyNamespace(name, namespaceLabels(name, object));
    if (object.metadata.deletionTimestamp === undefined) this.#terminating.delete(name);
    else this.#terminating.add(name);
  }

  #deleteNamespace(name: string): void {
    this.#policies.deleteNamespace(name);
    this.#terminating.delete(name);
  }

  effectivePolicy(subject: Subject, now: number): EffectivePolicy {
    return this.#policies.judge(subject, now).effective;
  }

  policyHoldsUntil(subject: Subject, now: number): number | undefined {
    return this.#policies.judge(subject, now).holdsUntil;
  }

  auditCandidates(subject: Subject, now: number): readonly AuditCandidate[] {
    return this.#policies.judge(subject, now).candidates;
  }

  /** The exceptions that are written for a subject, for who explains a policy. */
  exceptionsFor(subject: Subject, now: number): Exceptions {
    return this.#policies.judge(subject, now).exceptions;
  }

  /** The namespaces that a policy selects, for who has to look again at what is in them. */
  selectedBy(policy: string): Affected {
    return this.#policies.selectedBy(policy);
  }

  /** What holds of a policy, which may be an earlier form than is stored. */
  policy(name: string): NamedPolicy | undefined {
    return this.#policies.policy(name);
  }

  /** Names of the policies that select a namespace, in Enforce or in Audit. */
  selecting(namespace: string): readonly string[] {
    return this.#policies.policiesFor(namespace).map(({ name }) => name);
  }

  policies(): Iterable<NamedPolicy> {
    return this.#policies.policies();
  }

  approval(name: string): ApprovedModel | undefined {
    return this.#approvals.get(name);
  }

  approvals(): Iterable<ApprovedModel> {
    return this.#approvals.all();
  }

  namespaces(): Iterable<string> {
    return this.#policies.namespaceNames();
  }

  /** The namespaces in which teams have stored something. */
  namespacesInUse(): Iterable<string> {
    return this.#stored.namespaces();
  }

  approvalsOf(modelId: string): readonly ApprovedModel[] {
    return this.#approvals.matching(modelId);
  }

  approvedPatterns(): ApprovedPatterns {
    return this.#approvals.patterns;
  }

  approvalsOfSecret(name: string): readonly ApprovedModel[] {
    return this.#approvals.ofSecret(name);
  }

  gatewayClass(name: string): AIGatewayClass | undefined {
    return this.#classes.get(name);
  }

  defaultGatewayClass(): AIGatewayClass | undefined {
    return this.#classes.default;
  }

  defaultClassClaimants(): readonly AIGatewayClass[] {
    return this.#classes.claimants();
  }

  namespaceLabels(namespace: string): Labels | undefined {
    return this.#policies.labelsOf(namespace);
  }

  isTerminating(namespace: string): boolean {
    return this.#terminating.has(namespace);
  }

  objectsIn(namespace: string): NamespaceObjects {
    return this.#stored.in(namespace);
  }

  classNames(): Iterable<string> {
    return this.#classes.names();
  }

  *configsOfClass(name: string): Generator<StoredObject> {
    yield* this.#stored.ofClass(name);
    if (this.#classes.default?.metadata.name === name) yield* this.#stored.ofClass();
  }

  usesOf(pattern: string): Iterable<ModelUse> {
    return this.#stored.usesOf(pattern);
  }
}

function storedKind(kind: StoredKind, stored: StoredIndex): KindIndex {
  return {
    apply: (_key, object) => stored.apply(kind, object as never),
    delete: (key) => stored.delete(kind, key),
    keys: () => stored.keys(kind),
  };
}

/** The kind decides, since a file may name a namespace where there is none. */
function keyOf(kind: FactKind, { metadata: { namespace = "", name = "" } }: KubernetesObject): string {
  return isStoredKind(kind) ? `${namespace}/${name}` : name;
}

/** The API server labels every namespace with its name; one from a file is given the label here. */
function namespaceLabels(name: string, { metadata }: KubernetesObject): Labels {
  return { ...metadata.labels, [NAME_LABEL]: name };
}
