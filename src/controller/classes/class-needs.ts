import { CLEANUP_FINALIZER } from "#api/controller-names.ts";
import type { AIGatewayConfig } from "#api/kinds/ai-gateway-config.ts";
import { hasFinalizer } from "#kube/finalizers.ts";
import type { Resource } from "#kube/resource.ts";
import type { PolicyLookup } from "#policy/policy-lookup.ts";
import type { GatewayCaches } from "../gateway-caches.ts";

export interface ClassNeedsOptions {
  readonly caches: Pick<GatewayCaches, "keptOfClass">;
  readonly lookup: Pick<PolicyLookup, "defaultGatewayClass">;
}

/**
 * Which gateways need their class on the day on which they are deleted, since it alone
 * says where they are and with which credentials: those with our finalizer, and those
 * that are about to get it, which no cache shows yet.
 */
export class ClassNeeds {
  readonly #options: ClassNeedsOptions;
  /** Class by gateway. */
  readonly #expected = new Map<string, string>();

  constructor(options: ClassNeedsOptions) {
    this.#options = options;
  }

  /** `namespace/name` of each gateway that needs a class, sorted. */
  gatewaysOf(className: string): readonly string[] {
    const { caches, lookup } = this.#options;
    const isDefault = lookup.defaultGatewayClass()?.metadata.name === className;
    const expected = Array.from(this.#expected).flatMap(([key, name]) => (name === className ? key : []));
    const keys = [...caches.keptOfClass(className), ...(isDefault ? caches.keptOfClass() : []), ...expected];
    return [...new Set(keys)].sort();
  }

  /** The class that a gateway needs as it is stored, if it needs one. */
  classOf(gateway: Resource): string | undefined {
    if (!hasFinalizer(gateway, CLEANUP_FINALIZER)) return undefined;
    return namedClass(gateway) ?? this.#options.lookup.defaultGatewayClass()?.metadata.name;
  }

  /** From now on the class counts as needed by it. */
  expect(gateway: string, className: string): void {
    this.#expected.set(gateway, className);
  }

  /** The caches show it, or it did not come to that. */
  forget(gateway: string): void {
    this.#expected.delete(gateway);
  }
}

/** Of whatever shape the object is. */
export function namedClass(gateway: Resource): string | undefined {
  const { spec } = gateway as Resource & { readonly spec?: Partial<AIGatewayConfig["spec"]> };
  return typeof spec?.gatewayClassName === "string" ? spec.gatewayClassName : undefined;
}
