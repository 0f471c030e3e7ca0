import { type AIGatewayClass, DEFAULT_CLASS_ANNOTATION } from "#api/kinds/ai-gateway-class.ts";
import { compareNames } from "./name-order.ts";

/** A class that wants to be the default. */
interface Claimant {
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly created: number;
  readonly gatewayClass: AIGatewayClass;
}

/** AIGatewayClasses by name, and which of them is the default. */
export class ClassIndex {
  readonly #classes = new Map<string, AIGatewayClass>();
  readonly #claimants = new Map<string, Claimant>();
  #default: Claimant | undefined;

  apply(name: string, gatewayClass: AIGatewayClass): void {
    this.delete(name);
    this.#classes.set(name, gatewayClass);
    if (!claimsDefault(gatewayClass)) return;
    const claimant = { name, created: createdAt(gatewayClass), gatewayClass };
    this.#claimants.set(name, claimant);
    this.#default = preferred(this.#default, claimant);
  }

  delete(name: string): void {
    this.#classes.delete(name);
    this.#claimants.delete(name);
    if (this.#default?.name !== name) return;
    this.#default = undefined;
    for (const claimant of this.#claimants.values()) this.#default = preferred(this.#default, claimant);
  }

  names(): Iterable<string> {
    return this.#classes.keys();
  }

  get(name: string): AIGatewayClass | undefined {
    return this.#classes.get(name);
  }

  get default(): AIGatewayClass | undefined {
    return this.#default?.gatewayClass;
  }
}

function claimsDefault({ metadata: { annotations = {} } }: AIGatewayClass): boolean {
  return annotations[DEFAULT_CLASS_ANNOTATION] === "true";
}

/** A class that no API server has stored yet is younger than every stored one. */
function createdAt({ metadata: { creationTimestamp } }: AIGatewayClass): number {
  const created = Date.parse(creationTimestamp ?? "");
  return Number.isNaN(created) ? Number.MAX_SAFE_INTEGER : created;
}

/** The older of two, and of equally old ones the first by name. */
function preferred(a: Claimant | undefined, b: Claimant): Claimant {
  if (a === undefined) return b;
  return (a.created - b.created || compareNames(a.name, b.name)) <= 0 ? a : b;
}
