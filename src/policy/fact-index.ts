import type { AIGatewayClass } from "#api/kinds/ai-gateway-class.ts";
import type { AIGatewayPolicy } from "#api/kinds/ai-gateway-policy.ts";
import type { ApprovedModel } from "#api/kinds/approved-model.ts";
import type { KubernetesObject } from "#api/object-meta.ts";
import { ApprovalIndex } from "./approval-index.ts";
import { ClassIndex } from "./class-index.ts";
import type { EffectivePolicy } from "./effective-policy.ts";
import { NAME_LABEL } from "./label-anchors.ts";
import type { Labels } from "./label-selector.ts";
import { PolicyIndex } from "./policy-index.ts";
import type { AuditCandidate, PolicyLookup, Subject } from "./policy-lookup.ts";

/** The kinds that verdicts rest on beside the object itself. */
export const FACT_KINDS = ["AIGatewayPolicy", "ApprovedModel", "AIGatewayClass", "Namespace"] as const;
export type FactKind = (typeof FACT_KINDS)[number];

export function isFactKind(kind: string): kind is FactKind {
  return FACT_KINDS.some((known) => known === kind);
}

/** How one kind is indexed. */
interface KindIndex {
  apply(name: string, object: KubernetesObject): void;
  delete(name: string): void;
  names(): Iterable<string>;
}

/**
 * The platform team's objects and the namespaces, indexed for `PolicyLookup`. It
 * takes events in any order, any number of times. Objects are of a shape that was
 * checked; they are kept and never changed.
 */
export class FactIndex implements PolicyLookup {
  readonly #policies = new PolicyIndex();
  readonly #approvals = new ApprovalIndex();
  readonly #classes = new ClassIndex();
  readonly #kinds: Readonly<Record<FactKind, KindIndex>> = {
    AIGatewayPolicy: {
      apply: (name, object) => this.#policies.applyPolicy(name, (object as AIGatewayPolicy).spec),
      delete: (name) => this.#policies.deletePolicy(name),
      names: () => this.#policies.policyNames(),
    },
    ApprovedModel: {
      apply: (name, object) => this.#approvals.apply(name, object as ApprovedModel),
      delete: (name) => this.#approvals.delete(name),
      names: () => this.#approvals.names(),
    },
    AIGatewayClass: {
      apply: (name, object) => this.#classes.apply(name, object as AIGatewayClass),
      delete: (name) => this.#classes.delete(name),
      names: () => this.#classes.names(),
    },
    Namespace: {
      apply: (name, object) => this.#policies.applyNamespace(name, namespaceLabels(name, object)),
      delete: (name) => this.#policies.deleteNamespace(name),
      names: () => this.#policies.namespaceNames(),
    },
  };

  /** Takes in a new or changed object. Objects of kinds that are no facts leave no trace. */
  apply(object: KubernetesObject): void {
    if (isFactKind(object.kind)) this.#kinds[object.kind].apply(nameOf(object), object);
  }

  delete(kind: FactKind, name: string): void {
    this.#kinds[kind].delete(name);
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
    const names = new Set(objects.map(nameOf));
    for (const name of index.names()) if (!names.has(name)) index.delete(name);
    for (const object of objects) index.apply(nameOf(object), object);
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
}

function nameOf({ metadata }: KubernetesObject): string {
  return metadata.name ?? "";
}

/** The API server labels every namespace with its name; one from a file is given the label here. */
function namespaceLabels(name: string, { metadata }: KubernetesObject): Labels {
  return { ...metadata.labels, [NAME_LABEL]: name };
}
