import type { AIGatewayConfig } from "#api/kinds/ai-gateway-config.ts";
import type { FactIndex } from "#policy/fact-index.ts";
import type { ObjectName, StoredKind } from "#policy/stored-objects.ts";
import type { GatewayInputs } from "./effective/gateway-inputs.ts";
import type { GatewayCaches, WholeKinds } from "./gateway-caches.ts";

export interface Gatherer {
  readonly facts: FactIndex;
  readonly caches: GatewayCaches;
}

/** The parts that a gateway may depend on. */
export type Parts = Pick<GatewayInputs, "modelConfigs" | "routes" | "rateLimitPolicies" | "templates" | "integrations">;

/**
 * Finds them by the references of the fact index, and takes each as it is stored now.
 * The index keeps the last good form of an object whose shape is wrong; what becomes
 * of such an object is for those to say who judge it.
 */
export function partsOf({ metadata }: AIGatewayConfig, { facts, caches }: Gatherer): Parts {
  const { namespace = "", name = "" } = metadata;
  const objects = facts.objectsIn(namespace);
  const stored = <K extends StoredKind>(kind: K, names: Iterable<string>): Map<string, WholeKinds[K]> =>
    new Map(
      Array.from(names).flatMap((name) => {
        const object = caches.get(kind, namespace, name);
        return object ? [[name, object] as const] : [];
      }),
    );
  const usersOf = (kind: StoredKind, targets: readonly ObjectName[]) =>
    new Set(
      targets.flatMap((target) =>
        Array.from(objects.usersOf(target.kind, target.name)).flatMap((user) => (user.kind === kind ? user.name : [])),
      ),
    );

  const itself: ObjectName = { kind: "AIGatewayConfig", name };
  const spec = objects.get("AIGatewayConfig", name)?.spec;
  const modelNames = new Set((spec?.models ?? []).flatMap(({ modelRef }) => modelRef?.name ?? []));
  const routeNames = usersOf("AIRoute", [itself]);
  const routeSpecs = Array.from(routeNames, (route) => objects.get("AIRoute", route)?.spec);
  const templateNames = new Set(
    [...(spec?.routes ?? []), ...routeSpecs].flatMap((route) => route?.promptTemplateRef?.name ?? []),
  );
  const targets: readonly ObjectName[] = [
    itself,
    ...Array.from(modelNames, (model) => ({ kind: "ModelConfig" as const, name: model })),
    ...Array.from(routeNames, (route) => ({ kind: "AIRoute" as const, name: route })),
  ];
  return {
    modelConfigs: stored("ModelConfig", modelNames),
    routes: [...stored("AIRoute", routeNames).values()],
    rateLimitPolicies: [...stored("RateLimitPolicy", usersOf("RateLimitPolicy", targets)).values()],
    templates: stored("PromptTemplate", templateNames),
    integrations: [
      ...stored("IntegrationConfig", usersOf("IntegrationConfig", targets)).values(),
      ...caches.integrationsOfAll(namespace),
    ],
  };
}
