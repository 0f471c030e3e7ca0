import { approvalsOfModel } from "./approvals-of-model.ts";
import type { Part } from "./part.ts";
import type { Facts } from "./rule.ts";

/** Whether policies or covering approvals fill in a field of models, such as `timeouts.request`, where its author leaves it out. */
export function isOfferedAsDefault(part: Part, field: string, facts: Facts): boolean {
  if (part.kind !== "model") return false;
  const [group, name = ""] = field.split(".");
  if (group !== "rateLimits" && group !== "timeouts") return false;
  if (Object.hasOwn(facts.policy.defaults[group], name)) return true;
  const approvals = approvalsOfModel(part as Part<"model">, facts);
  return approvals.some(({ spec }) => Object.hasOwn(spec.defaults?.[group] ?? {}, name));
}
