import { type AIGatewayClass, CONTROLLER_NAME } from "#api/kinds/ai-gateway-class.ts";
import type { AIGatewayConfig } from "#api/kinds/ai-gateway-config.ts";
import type { AIRoute } from "#api/kinds/ai-route.ts";
import type { IntegrationConfig } from "#api/kinds/integration-config.ts";
import type { ModelConfig } from "#api/kinds/model-config.ts";
import type { PromptTemplate } from "#api/kinds/prompt-template.ts";
import type { RateLimitPolicy } from "#api/kinds/rate-limit-policy.ts";
import { kindByName } from "#api/kinds.ts";
import type { KubernetesObject } from "#api/object-meta.ts";
import { FactIndex } from "#policy/fact-index.ts";
import { shapeFaults } from "#validate/shape.ts";
import type { GatewayInputs } from "../../src/controller/effective/gateway-inputs.ts";
import type { ReadSecret, SecretAccess } from "../../src/controller/effective/secret-access.ts";
import { NOW } from "./facts.ts";

/** What a gateway's configuration depends on where these objects are all there is. The first AIGatewayConfig is meant. */
export function gatewayInputs(
  objects: readonly KubernetesObject[],
  beside: Partial<Pick<GatewayInputs, "secrets" | "now" | "lastGood" | "lookup">> = {},
): GatewayInputs {
  const lookup = beside.lookup ?? indexOf(objects);
  const [gateway] = ofKind<AIGatewayConfig>("AIGatewayConfig");
  if (!gateway) throw new Error("there must be an AIGatewayConfig");
  const className = (gateway as Partial<AIGatewayConfig>).spec?.gatewayClassName;
  const gatewayClass = className === undefined ? lookup.defaultGatewayClass() : lookup.gatewayClass(className);
  return {
    gateway,
    gatewayClass: gatewayClass && isOurs(gatewayClass) ? gatewayClass : undefined,
    modelConfigs: byName(ofKind<ModelConfig>("ModelConfig")),
    routes: ofKind<AIRoute>("AIRoute"),
    rateLimitPolicies: ofKind<RateLimitPolicy>("RateLimitPolicy"),
    templates: byName(ofKind<PromptTemplate>("PromptTemplate")),
    integrations: ofKind<IntegrationConfig>("IntegrationConfig"),
    secrets: secretsWith({}),
    now: NOW,
    lastGood: undefined,
    ...beside,
    lookup,
  };

  function ofKind<T extends KubernetesObject>(kind: string): readonly T[] {
    return objects.filter((object): object is T => object.kind === kind);
  }
}

/** Of objects of the right shape, as those that follow the cluster let no others in. */
function indexOf(objects: readonly KubernetesObject[]): FactIndex {
  const index = new FactIndex();
  index.replace(objects.filter(isShaped));
  return index;
}

function isShaped(object: KubernetesObject): boolean {
  const kind = kindByName.get(object.kind);
  return kind === undefined || shapeFaults(kind, object).length === 0;
}

function isOurs({ spec: { controllerName = CONTROLLER_NAME } }: AIGatewayClass): boolean {
  return controllerName === CONTROLLER_NAME;
}

function byName<T extends KubernetesObject>(objects: readonly T[]): ReadonlyMap<string, T> {
  return new Map(objects.map((object) => [object.metadata.name ?? "", object]));
}

/** These Secrets, by name with their values by key, and no other. */
export function secretsWith(
  secrets: Readonly<Record<string, Readonly<Record<string, string>>>>,
  beside: Partial<Omit<ReadSecret, "data">> = {},
): SecretAccess {
  return {
    isGranted: true,
    secret: (name) => {
      const data = secrets[name];
      return data && { resourceVersion: "1", annotations: {}, ...beside, data };
    },
  };
}

/** Every Secret is there, with each key that is asked for. */
export const EVERY_SECRET: SecretAccess = {
  isGranted: true,
  secret: () => ({ resourceVersion: "1", annotations: {}, data: EVERY_KEY }),
};

const VALUE = { value: "a-value", configurable: true, enumerable: true };
const EVERY_KEY = new Proxy<Record<string, string>>(
  {},
  { get: () => "a-value", getOwnPropertyDescriptor: () => VALUE },
);

export const NO_SECRETS_GRANTED: SecretAccess = { isGranted: false, secret: () => undefined };
