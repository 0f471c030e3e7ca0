import type { AIGatewayClass } from "#api/kinds/ai-gateway-class.ts";
import type { AIGatewayConfig } from "#api/kinds/ai-gateway-config.ts";
import type { AIGatewayPolicy } from "#api/kinds/ai-gateway-policy.ts";
import type { AIRoute } from "#api/kinds/ai-route.ts";
import type { ApprovedModel } from "#api/kinds/approved-model.ts";
import type { AttachedPolicy } from "#api/kinds/attached-policy.ts";
import type { IntegrationConfig } from "#api/kinds/integration-config.ts";
import type { Model } from "#api/kinds/model.ts";
import type { AccessControl, ModelConfig } from "#api/kinds/model-config.ts";
import type { PromptTemplate } from "#api/kinds/prompt-template.ts";
import type { Limit, RateLimitPolicy } from "#api/kinds/rate-limit-policy.ts";
import type { Route } from "#api/kinds/route.ts";
import type { LabelSelector } from "#policy/label-selector.ts";

/** An object that has parts: what a team writes in its namespace, or the platform team for all. */
export type GovernedObject =
  | AIGatewayConfig
  | ModelConfig
  | AIRoute
  | RateLimitPolicy
  | PromptTemplate
  | IntegrationConfig
  | AIGatewayPolicy
  | ApprovedModel
  | AIGatewayClass;

/** A model, of which a ModelConfig may say more than a gateway does. */
export type ModelPart = Model & { readonly accessControl?: AccessControl };

/** A template, with gaps where its shape was wrong, since indices stay. */
export interface TemplatePart {
  readonly variables?: readonly (Variable | null)[];
  readonly messages?: readonly (Message | null)[];
}

type Variable = NonNullable<PromptTemplate["spec"]["variables"]>[number];
type Message = PromptTemplate["spec"]["messages"][number];

/** A URL that the gateway will call, wherever in the object it stands. */
export interface UrlField {
  readonly url: string;
}

/** What the platform team writes. Of a spec of the wrong shape fields are missing that the schema requires. */
interface PlatformPartValues {
  readonly gatewayPolicy: Partial<AIGatewayPolicy["spec"]>;
  readonly exception: NonNullable<AIGatewayPolicy["spec"]["exceptions"]>[number];
  readonly approval: Partial<ApprovedModel["spec"]>;
  readonly gatewayClass: AIGatewayClass;
  readonly selector: LabelSelector;
}

/** What the rules look at. A kind of part is judged alike wherever it lives. */
export interface PartValues extends PlatformPartValues {
  readonly object: GovernedObject;
  readonly model: ModelPart;
  readonly route: Route;
  readonly policy: AttachedPolicy;
  readonly limit: Limit;
  readonly template: TemplatePart;
  readonly integration: Partial<IntegrationConfig["spec"]>;
  readonly url: UrlField;
}

export type PartKind = keyof PartValues;
export type PlatformPartKind = keyof PlatformPartValues;

/** A piece of an object, with its place. */
export interface Part<K extends PartKind = PartKind> {
  readonly kind: K;
  /** Field path from the object's root; empty for the object itself. */
  readonly path: string;
  /**
   * Which item it is, so that it is known again in another version of the
   * object: the list-map key. Undefined in atomic lists, where only equal content
   * makes the same item. Empty where there can be no other.
   */
  readonly key: string | undefined;
  readonly value: PartValues[K];
}

/** An object taken apart. */
export interface Parts {
  readonly namespace: string;
  readonly name: string;
  readonly object: Part<"object">;
  readonly models: readonly Part<"model">[];
  readonly routes: readonly Part<"route">[];
  readonly policies: readonly Part<"policy">[];
  readonly limits: readonly Part<"limit">[];
  readonly templates: readonly Part<"template">[];
  readonly integrations: readonly Part<"integration">[];
  readonly urls: readonly Part<"url">[];
  /** Parts of what the platform team writes; undefined for what a team does. */
  readonly platform: PlatformParts | undefined;
  /** What names in the object refer to; empty where they refer to what other objects declare. */
  readonly modelsByName: ReadonlyMap<string, Part<"model">>;
  readonly policiesByName: ReadonlyMap<string, Part<"policy">>;
}

/** Whether parts of a kind are of what the platform team writes. */
export function isOfPlatform(kind: PartKind): kind is PlatformPartKind {
  return Object.hasOwn(PLATFORM_PART_KINDS, kind);
}

const PLATFORM_PART_KINDS: Readonly<Record<PlatformPartKind, true>> = {
  gatewayPolicy: true,
  exception: true,
  approval: true,
  gatewayClass: true,
  selector: true,
};

/** By kind. An object has none of most. */
export type PlatformParts = { readonly [K in PlatformPartKind]?: readonly Part<K>[] };

/** The object where it is a gateway's configuration, in which names are declared and which has a class. */
export function gatewayOf({ object }: Parts): AIGatewayConfig | undefined {
  return object.value.kind === "AIGatewayConfig" ? (object.value as AIGatewayConfig) : undefined;
}
