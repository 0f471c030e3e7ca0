import type { RelativePath } from "#api/field-path.ts";
import type { AIGatewayClass } from "#api/kinds/ai-gateway-class.ts";
import type { AIRoute } from "#api/kinds/ai-route.ts";
import type { RateLimitPolicy } from "#api/kinds/rate-limit-policy.ts";
import { classNamed } from "./class-of-gateway.ts";
import type { Facts } from "./rule.ts";

/** Classes of the stored gateways that an object names, and the field in which it does. */
export interface ClassesOfOthers {
  readonly classes: readonly AIGatewayClass[];
  readonly chosenBy: RelativePath;
}

/** For an object that is no gateway itself. A gateway that is not known, or has no class, adds none. */
export function classesOfOthers({ owner, lookup }: Facts): ClassesOfOthers {
  const object = owner.object.value;
  switch (object.kind) {
    case "AIRoute":
      return { classes: classesOf((object as AIRoute).spec.parentRefs, owner.namespace, lookup), chosenBy: PARENTS };
    case "RateLimitPolicy": {
      const gateways = (object as Partial<RateLimitPolicy>).spec?.targetRefs?.filter(
        ({ kind }) => kind === "AIGatewayConfig",
      );
      return { classes: classesOf(gateways, owner.namespace, lookup), chosenBy: TARGETS };
    }
    default:
      return NO_OTHERS;
  }
}

const PARENTS: RelativePath = ["spec", "parentRefs"];
const TARGETS: RelativePath = ["spec", "targetRefs"];
const NO_OTHERS: ClassesOfOthers = { classes: [], chosenBy: [] };

/** Each once. */
function classesOf(
  gateways: readonly { readonly name: string }[] | undefined,
  namespace: string,
  lookup: Facts["lookup"],
): readonly AIGatewayClass[] {
  if (gateways === undefined || gateways.length === 0) return NO_OTHERS.classes;
  const stored = lookup.objectsIn(namespace);
  const classes = new Set<AIGatewayClass>();
  for (const { name } of gateways) {
    const gateway = stored.get("AIGatewayConfig", name);
    const gatewayClass = gateway && classNamed(gateway.spec.gatewayClassName, lookup);
    if (gatewayClass) classes.add(gatewayClass);
  }
  return [...classes];
}
