import { CLEANUP_FINALIZER } from "#api/controller-names.ts";
import type { AIGatewayConfig } from "#api/kinds/ai-gateway-config.ts";
import type { AIRoute } from "#api/kinds/ai-route.ts";
import type { IntegrationConfig } from "#api/kinds/integration-config.ts";
import type { ModelConfig } from "#api/kinds/model-config.ts";
import type { PromptTemplate } from "#api/kinds/prompt-template.ts";
import type { RateLimitPolicy } from "#api/kinds/rate-limit-policy.ts";
import type { FactObject } from "#cluster/fact-handler.ts";
import { factType } from "#cluster/fact-types.ts";
import { hasFinalizer } from "#kube/finalizers.ts";
import type { InformerFactory } from "#kube/informer-factory.ts";
import { keyOf } from "#kube/resource.ts";
import type { StoredKind } from "#policy/stored-objects.ts";
import { namedClass } from "./classes/class-needs.ts";

/** Objects as they are stored, whole, by kind. */
export interface WholeKinds {
  readonly AIGatewayConfig: AIGatewayConfig;
  readonly ModelConfig: ModelConfig;
  readonly AIRoute: AIRoute;
  readonly PromptTemplate: PromptTemplate;
  readonly RateLimitPolicy: RateLimitPolicy;
  readonly IntegrationConfig: IntegrationConfig;
}

/** What gateways and their parts say now, good or not, from the informers that fill the fact index. */
export interface GatewayCaches {
  /** `namespace/name` of every AIGatewayConfig. */
  gateways(): Iterable<string>;
  get<K extends StoredKind>(kind: K, namespace: string, name: string): WholeKinds[K] | undefined;
  /** IntegrationConfigs that are about all gateways of their namespace. */
  integrationsOfAll(namespace: string): readonly IntegrationConfig[];
  /** `namespace/name` of AIGatewayConfigs with our finalizer that name a class, or, without an argument, none. */
  keptOfClass(className?: string): readonly string[];
}

/** Once for each factory, since it adds an index. */
export function gatewayCaches(informers: InformerFactory): GatewayCaches {
  const storeOf = (kind: StoredKind) => informers.informer<FactObject>(factType(kind)).store;
  const integrations = informers.informer<FactObject>(factType("IntegrationConfig"));
  integrations.addIndexer({ name: OF_ALL, valuesOf: namespaceWithoutTargets });
  const gateways = informers.informer<FactObject>(factType("AIGatewayConfig"));
  gateways.addIndexer({ name: KEPT, valuesOf: classIfKept });
  return {
    gateways: () => storeOf("AIGatewayConfig").keys(),
    get: (kind, namespace, name) => storeOf(kind).get(`${namespace}/${name}`) as never,
    integrationsOfAll: (namespace) => integrations.store.byIndex(OF_ALL, namespace) as readonly unknown[] as never,
    keptOfClass: (className = NO_CLASS) => gateways.store.byIndex(KEPT, className).map(keyOf),
  };
}

const OF_ALL = "of-all-gateways";

const KEPT = "kept-by-class";

/** No class is called so. */
const NO_CLASS = "";

function classIfKept(gateway: FactObject): readonly string[] {
  return hasFinalizer(gateway, CLEANUP_FINALIZER) ? [namedClass(gateway) ?? NO_CLASS] : [];
}

/** Of whatever shape it is, since an indexer that throws would end the watch. */
function namespaceWithoutTargets(object: FactObject): readonly string[] {
  const { spec } = object as FactObject & { readonly spec?: { readonly targetRefs?: unknown } };
  return spec?.targetRefs === undefined ? [object.metadata.namespace ?? ""] : [];
}
