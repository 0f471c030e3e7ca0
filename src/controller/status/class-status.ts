import { type AIGatewayClass, aiGatewayClass } from "#api/kinds/ai-gateway-class.ts";
import { acceptedCondition } from "#review/accepted-condition.ts";
import { type Circumstances, generationOf, type Told } from "./told.ts";
import { conditionsOf } from "./verdict.ts";

type ClassStatus = NonNullable<AIGatewayClass["status"]>;

/** Pure: the status of a class that is ours. */
export function classStatus(gatewayClass: AIGatewayClass, { facts, now }: Circumstances): Told<ClassStatus> {
  const { name = "" } = gatewayClass.metadata;
  const observedGeneration = generationOf(gatewayClass);
  const Accepted = acceptedCondition(aiGatewayClass, gatewayClass, { lookup: facts, now: now.getTime() });
  let usedBy = 0;
  for (const _ of facts.configsOfClass(name)) usedBy += 1;
  return {
    status: {
      ...(observedGeneration !== undefined && { observedGeneration }),
      usedBy,
      isDefault: facts.defaultGatewayClass()?.metadata.name === name,
      conditions: conditionsOf({ Accepted }, gatewayClass.status?.conditions, { observedGeneration, now }),
    },
  };
}
