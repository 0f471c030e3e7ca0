import { API_VERSION } from "#api/kind.ts";
import type { AIGatewayConfig } from "#api/kinds/ai-gateway-config.ts";
import type { AIGatewayPolicy } from "#api/kinds/ai-gateway-policy.ts";
import type { ApprovedModel } from "#api/kinds/approved-model.ts";
import type { Model } from "#api/kinds/model.ts";
import type { KubernetesObject, ObjectMeta } from "#api/object-meta.ts";
import type { Effective } from "../../src/controller/effective/effective.ts";
import { effectiveConfiguration } from "../../src/controller/effective/effective-configuration.ts";
import { classWith, configWith } from "./facts.ts";
import { gatewayInputs } from "./gateway-inputs.ts";

type Beside = Parameters<typeof gatewayInputs>[1];

/** What the gateway among these objects runs, with a class `main` of adapter json beside. */
export function effective(objects: readonly KubernetesObject[], beside: Beside = {}): Effective {
  return effectiveConfiguration(gatewayInputs([classWith({ adapter: "json" }), ...objects], beside));
}

/** AIGatewayConfig `team-a/main` of class `main`. */
export function gateway(spec: Partial<AIGatewayConfig["spec"]>, metadata: ObjectMeta = {}): AIGatewayConfig {
  return configWith({ gatewayClassName: "main", ...spec }, metadata);
}

/** An object of namespace `team-a`. */
export function stored(kind: string, name: string, spec: object, metadata: ObjectMeta = {}): KubernetesObject {
  const whole = { apiVersion: API_VERSION, kind, metadata: { name, namespace: "team-a", ...metadata }, spec };
  return whole;
}

export function policy(spec: Partial<AIGatewayPolicy["spec"]>): KubernetesObject {
  return stored("AIGatewayPolicy", "strict", { mode: "Enforce", ...spec }, { namespace: "" });
}

/** An approval of OpenAI's models. */
export function approval(lifecycle: Partial<ApprovedModel["spec"]["lifecycle"]>, name = "openai"): KubernetesObject {
  const spec = { provider: "openai", models: ["gpt*"], lifecycle: { state: "Approved", ...lifecycle } };
  return stored("ApprovedModel", name, spec, { namespace: "" });
}

/** Nothing that is written for admission to be refused. */
export const GPT: Model = { name: "gpt", type: "llm", provider: "openai", endpoint: "https://api.openai.com/v1" };

/** Of what is not good, kind, name, state and reason. */
export function trouble({ parts }: Effective): readonly string[] {
  return parts
    .filter(({ state }) => state !== "Good")
    .map(({ kind, name, state, reason }) => `${kind} ${name}: ${state}, ${reason}`);
}
