import type { RelativePath } from "#api/field-path.ts";
import type { AIGatewayClass } from "#api/kinds/ai-gateway-class.ts";
import type { AIRoute } from "#api/kinds/ai-route.ts";
import type { IntegrationConfig } from "#api/kinds/integration-config.ts";
import type { RateLimitPolicy } from "#api/kinds/rate-limit-policy.ts";
import type { NamespaceObjects } from "#policy/stored-objects.ts";
import { classNamed } from "./class-of-gateway.ts";
import type { Facts } from "./rule.ts";

/** Classes of the stored gateways that an object is for, and the field of the object that makes out which they are. */
export interface ClassesOfOthers {
  readonly classes: readonly AIGatewayClass[];
  readonly chosenBy: RelativePath;
}

/** For an object that is no gateway itself. A gateway that is not known, or has no class, adds none. */
export function classesOfOthers({ owner, lookup }: Facts): ClassesOfOthers {
  const { value: object } = owner.object;
  const stored = lookup.objectsIn(owner.namespace);
  const classesOf = (gateways: Iterable<string>) => classesOfGateways(gateways, stored, lookup);
  switch (object.kind) {
    case "AIRoute":
      return { classes: classesOf(namesOf((object as AIRoute).spec.parentRefs)), chosenBy: ["spec", "parentRefs"] };
    case "ModelConfig":
      return { classes: classesOf(usersOf(owner.name, stored)), chosenBy: ["metadata", "name"] };
    case "RateLimitPolicy": {
      const targets = (object as Partial<RateLimitPolicy>).spec?.targetRefs ?? [];
      return { classes: classesOf(gatewaysOf(targets, stored)), chosenBy: ["spec", "targetRefs"] };
    }
    case "IntegrationConfig": {
      const targets = (object as Partial<IntegrationConfig>).spec?.targetRefs ?? [];
      const gateways = targets.length === 0 ? stored.names("AIGatewayConfig") : gatewaysOf(targets, stored);
      return { classes: classesOf(gateways), chosenBy: ["spec", "targetRefs"] };
    }
    default:
      return { classes: [], chosenBy: [] };
  }
}

type Targets = NonNullable<IntegrationConfig["spec"]["targetRefs"]>;

/** Each once. */
function classesOfGateways(
  gateways: Iterable<string>,
  stored: NamespaceObjects,
  lookup: Facts["lookup"],
): readonly AIGatewayClass[] {
  const classes = new Set<AIGatewayClass>();
  let left = MOST_GATEWAYS;
  for (const name of gateways) {
    left -= 1;
    if (left < 0) break;
    const gateway = stored.get("AIGatewayConfig", name);
    const gatewayClass = gateway && classNamed(gateway.spec.gatewayClassName, lookup);
    if (gatewayClass) classes.add(gatewayClass);
  }
  return [...classes];
}

/** A review may not look at thousands; what is said of the others is said by the controller, in status. */
const MOST_GATEWAYS = 64;

/** Names of the gateways that targets are, or that have what targets are. */
function* gatewaysOf(targets: Targets, stored: NamespaceObjects): Iterable<string> {
  for (const { kind, name } of targets) {
    if (kind === "AIGatewayConfig") yield name;
    else if (kind === "ModelConfig") yield* usersOf(name, stored);
    else yield* namesOf(stored.get("AIRoute", name)?.spec.parentRefs);
  }
}

/** Names of the gateways that have a ModelConfig. */
function* usersOf(modelConfig: string, stored: NamespaceObjects): Iterable<string> {
  for (const { kind, name } of stored.usersOf("ModelConfig", modelConfig)) if (kind === "AIGatewayConfig") yield name;
}

function namesOf(references: readonly { readonly name: string }[] = []): readonly string[] {
  return references.map(({ name }) => name);
}
