import { valueAt } from "#api/field-path.ts";
import type { AIRoute } from "#api/kinds/ai-route.ts";
import { compareNames } from "#policy/name-order.ts";
import { isTerminating } from "#review/terminating.ts";
import type { Part } from "#validate/part.ts";
import type { GatewayInputs } from "./gateway-inputs.ts";

/** What of one gateway an object is about. */
export interface Attachment {
  readonly gateway: boolean;
  /** Names of models. */
  readonly models: ReadonlySet<string>;
  /** Names of AIRoutes. */
  readonly routes: ReadonlySet<string>;
}

/** The AIRoutes of a gateway. What is being deleted is gone. */
export function attachedRoutes({ gateway, routes }: GatewayInputs): readonly AIRoute[] {
  const { name } = gateway.metadata;
  return routes.filter(
    (route) => !isTerminating(route) && referencesAt(route, "parentRefs").some((parent) => parent.name === name),
  );
}

/** The older first; of two of the same second the one with the smaller name. */
export function byAge({ metadata: one }: Pick<AIRoute, "metadata">, { metadata: other }: Pick<AIRoute, "metadata">) {
  const [earlier = "", later = ""] = [one.creationTimestamp, other.creationTimestamp];
  return compareNames(earlier, later) || compareNames(one.name ?? "", other.name ?? "");
}

/** What of a gateway the targets of an object are; undefined where it is not about this gateway. */
export type FindAttachment = (object: object) => Attachment | undefined;

export function attachmentsTo(
  gateway: string,
  models: readonly Part<"model">[],
  routes: readonly AIRoute[],
): FindAttachment {
  const modelsByConfig = Map.groupBy(models, ({ value }) => value.modelRef?.name);
  const routeNames = new Set(routes.map((route) => route.metadata.name));
  return (object) => {
    const found = { gateway: false, models: new Set<string>(), routes: new Set<string>() };
    for (const { kind, name } of referencesAt(object, "targetRefs")) {
      if (name === undefined) continue;
      if (kind === "AIGatewayConfig") found.gateway ||= name === gateway;
      else if (kind === "ModelConfig")
        for (const { value } of modelsByConfig.get(name) ?? []) found.models.add(value.name);
      else if (kind === "AIRoute" && routeNames.has(name)) found.routes.add(name);
    }
    return found.gateway || found.models.size > 0 || found.routes.size > 0 ? found : undefined;
  };
}

/** Whether an object says what it is about. */
export function hasTargets(object: object): boolean {
  return referencesAt(object, "targetRefs").length > 0;
}

interface Reference {
  readonly kind?: unknown;
  readonly name?: string;
}

/** What an object refers to, before its shape has been looked at. */
function referencesAt(object: object, field: "parentRefs" | "targetRefs"): readonly Reference[] {
  const list = valueAt(object, ["spec", field]);
  if (!Array.isArray(list)) return [];
  return (list as readonly unknown[]).map((item) => {
    const name = valueAt(item, ["name"]);
    return { kind: valueAt(item, ["kind"]), ...(typeof name === "string" && { name }) };
  });
}
