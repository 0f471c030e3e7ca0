import { type AIGatewayClass, CONTROLLER_NAME, DEFAULT_CLASS_ANNOTATION } from "#api/kinds/ai-gateway-class.ts";
import { compareNames } from "./name-order.ts";

/**
 * AIGatewayClasses by name, and which of them is the default. What knows our classes
 * by the usual controllerName need not know that we go by another: of an installation
 * with a name of its own, the two names are exchanged in all classes.
 */
export class ClassIndex {
  readonly #ourName: string;
  readonly #classes = new Map<string, AIGatewayClass>();
  readonly #claimants = new Map<string, AIGatewayClass>();
  #default: AIGatewayClass | undefined;

  constructor(ourName: string = CONTROLLER_NAME) {
    this.#ourName = ourName;
  }

  apply(name: string, stored: AIGatewayClass): void {
    this.delete(name);
    const gatewayClass = withNamesExchanged(stored, this.#ourName);
    this.#classes.set(name, gatewayClass);
    if (!claimsDefault(gatewayClass)) return;
    this.#claimants.set(name, gatewayClass);
    this.#default = this.claimants()[0];
  }

  delete(name: string): void {
    this.#classes.delete(name);
    if (this.#claimants.delete(name)) this.#default = this.claimants()[0];
  }

  names(): Iterable<string> {
    return this.#classes.keys();
  }

  get(name: string): AIGatewayClass | undefined {
    return this.#classes.get(name);
  }

  get default(): AIGatewayClass | undefined {
    return this.#default;
  }

  /** All that want to be the default, the one that is first. */
  claimants(): readonly AIGatewayClass[] {
    return Array.from(this.#claimants.values()).sort(compareAge);
  }
}

function withNamesExchanged(gatewayClass: AIGatewayClass, ourName: string): AIGatewayClass {
  if (ourName === CONTROLLER_NAME) return gatewayClass;
  const { controllerName: stored = CONTROLLER_NAME } = gatewayClass.spec;
  const controllerName = stored === ourName ? CONTROLLER_NAME : stored === CONTROLLER_NAME ? ourName : stored;
  return { ...gatewayClass, spec: { ...gatewayClass.spec, controllerName } };
}

function claimsDefault({ metadata: { annotations = {} } }: AIGatewayClass): boolean {
  return annotations[DEFAULT_CLASS_ANNOTATION] === "true";
}

/** Below 0 where the first is the older of two and so rather the default, or of equally old ones the first by name. */
export function compareAge(a: AIGatewayClass, b: AIGatewayClass): number {
  return createdAt(a) - createdAt(b) || compareNames(a.metadata.name ?? "", b.metadata.name ?? "");
}

/** A class that no API server has stored yet is younger than every stored one. */
function createdAt({ metadata: { creationTimestamp } }: AIGatewayClass): number {
  const created = Date.parse(creationTimestamp ?? "");
  return Number.isNaN(created) ? Number.MAX_SAFE_INTEGER : created;
}
