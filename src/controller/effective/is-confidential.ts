import { API_VERSION } from "#api/kind.ts";
import { aiGatewayConfig } from "#api/kinds/ai-gateway-config.ts";
import type { EffectiveConfiguration } from "#gateway/effective-configuration.ts";
import { BUILT_IN_POLICY } from "#policy/merge-policies.ts";
import { type Circumstances, findAll } from "#validate/judge.ts";
import type { Parts } from "#validate/part.ts";
import { takeApart } from "#validate/parts.ts";
import { inlineCredential } from "#validate/rules/inline-credential.ts";

/**
 * Whether a credential stands somewhere in what runs, whatever policies say to that.
 * A model's `auth.value` is the one place from which adapters take it out.
 */
export function isConfidential(
  configuration: EffectiveConfiguration,
  { lookup, now }: Pick<Circumstances, "lookup" | "now">,
): boolean {
  const found = findAll(partsOf(configuration), { lookup, now, policy: BUILT_IN_POLICY }, [inlineCredential]);
  return found.some(({ finding: { part, at } }) => !(part.kind === "model" && at[0] === "auth" && at[1] === "value"));
}

function partsOf({ namespace, name, models, routes, policies, integrations }: EffectiveConfiguration): Parts {
  const metadata = { namespace, name };
  const spec = { models, routes, policies };
  const apart = takeApart({ apiVersion: API_VERSION, kind: aiGatewayConfig.kind, metadata, spec });
  return {
    ...apart,
    templates: routes.flatMap(({ template }) =>
      template ? [{ kind: "template" as const, path: "", key: "", value: template }] : [],
    ),
    integrations: integrations.map((value) => ({ kind: "integration", path: "", key: "", value })),
  };
}
