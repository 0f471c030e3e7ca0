import type { AIGatewayClass } from "#api/kinds/ai-gateway-class.ts";
import type { AIGatewayConfig } from "#api/kinds/ai-gateway-config.ts";
import type { AIGatewayPolicy } from "#api/kinds/ai-gateway-policy.ts";
import type { ApprovedModel } from "#api/kinds/approved-model.ts";
import type { KubernetesObject } from "#api/object-meta.ts";
import { ApprovalIndex } from "./approval-index.ts";
import { ClassIndex } from "./class-index.ts";
import { ConfigIndex } from "./config-index.ts";
import type { EffectivePolicy } from "./effective-policy.ts";
import { NAME_LABEL } from "./label-anchors.ts";
import type { Labels } from "./label-selector.ts";
import type { ModelUse } from "./model-use-index.ts";
import { PolicyIndex } from "./policy-index.ts";
import type { AuditCandidate, PolicyLookup, Subject } from "./policy-lookup.ts";

/** The kinds that verdicts rest on beside the object itself. */
export const FACT_KINDS = [
  "AIGatewayPolicy",
  "ApprovedModel",
  "AIGatewayClass",
  "Namespace",
  "AIGatewayConfig", // the other namespaced kinds will join it
] as const;
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
  readonly #policies = new PolicyIndex();
  readonly #approvals = new ApprovalIndex();
  readonly #classes = new ClassIndex();
  readonly #configs = new ConfigIndex();
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
      apply: (name, object) => this.#policies.applyNamespace(name, namespaceLabels(name, object)),
      delete: (name) => this.#policies.deleteNamespace(name),
      keys: () => this.#policies.namespaceNames(),
    },
    AIGatewayConfig: {
      apply: (key, object) => this.#configs.apply(key, object as AIGatewayConfig),
      delete: (key) => this.#configs.delete(key),
      keys: () => this.#configs.keys(),
    },
  };

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

  effectivePolicy(subject: Subject, now: number): EffectivePolicy {
    return this.#policies.judge(subject, now).effective;
  }

  auditCandidates(subject: Subject, now: number): readonly AuditCandidate[] {
    return this.#policies.judge(subject, now).candidates;
  }

  approvalsOf(modelId: string): readonly ApprovedModel[] {
    return this.#approvals.matching(modelId);
  }

  gatewayClass(name: string): AIGatewayClass | undefined {
    return this.#classes.get(name);
  }

  defaultGatewayClass(): AIGatewayClass | undefined {
    return this.#classes.default;
  }

  namespaceLabels(namespace: string): Labels | undefined {
    return this.#policies.labelsOf(namespace);
  }

  *configsOfClass(name: string): Generator<Subject> {
    yield* this.#configs.ofClass(name);
    if (this.#classes.default?.metadata.name === name) yield* this.#configs.ofClass();
  }

  usesOf(pattern: string): Iterable<ModelUse> {
    return this.#configs.usesOf(pattern);
  }
}

/** The kind decides, since a file may name a namespace where there is none. */
function keyOf(kind: FactKind, { metadata: { namespace, name = "" } }: KubernetesObject): string {
  return kind === "AIGatewayConfig" ? `${namespace}/${name}` : name;
}

/** The API server labels every namespace with its name; one from a file is given the label here. */
function namespaceLabels(name: string, { metadata }: KubernetesObject): Labels {
  return { ...metadata.labels, [NAME_LABEL]: name };
}
