import type { AIGatewayClass } from "#api/kinds/ai-gateway-class.ts";
import { variablesIn } from "#api/reference.ts";
import type { EffectivePolicy } from "#policy/effective-policy.ts";
import { actionOf } from "#validate/judge.ts";
import { environmentReference } from "#validate/rules/environment-reference.ts";
import { someString } from "#validate/string-leaves.ts";
import type { LastGood } from "./last-good.ts";

/**
 * The last good forms without those that name a variable which the class does not
 * allow: it was taken back, or the text in which forms are kept was written by
 * somebody else. What a template says names none.
 */
export function formsThatMayRun(
  { forms }: LastGood,
  gatewayClass: AIGatewayClass | undefined,
  policy: EffectivePolicy,
): LastGood["forms"] {
  if (actionOf(environmentReference, policy) !== "Deny") return forms;
  const allowed = new Set(gatewayClass?.spec.allowedEnvironment);
  const namesAnother = (text: string) => variablesIn(text).some((name) => !allowed.has(name));
  const among = <Form>(known: ReadonlyMap<string, Form>) =>
    new Map(Array.from(known).filter(([, form]) => !someString(form, namesAnother)));
  return {
    ...forms,
    model: among(forms.model),
    route: among(forms.route),
    policy: among(forms.policy),
    integration: among(forms.integration),
  };
}
