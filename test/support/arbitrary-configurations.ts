import fc from "fast-check";
import { attachedPolicy } from "#api/kinds/attached-policy.ts";
import { integrationConfig } from "#api/kinds/integration-config.ts";
import { modelConfig } from "#api/kinds/model-config.ts";
import { POLICY_CONFIGS } from "#api/kinds/policy-config.ts";
import { promptTemplate } from "#api/kinds/prompt-template.ts";
import { limit } from "#api/kinds/rate-limit-policy.ts";
import { route } from "#api/kinds/route.ts";
import type { JsonSchema } from "#api/schema.ts";
import type { EffectiveConfiguration, EffectiveRoute } from "#gateway/effective-configuration.ts";
import { valuesOf } from "./arbitrary-by-schema.ts";

/** Texts that a gateway may have a meaning for. */
const HOSTILE = [
  "{env.CANARY}",
  "{file./canary}",
  "\\{env.CANARY}",
  "{{env.CANARY}}",
  "%ENVIRONMENT(CANARY)%",
  "%FILE_CONTENT(/canary)%",
  "os.environ/CANARY",
  "os.environ/oidc/file//canary",
  "${CANARY}",
  "a: &b !!c",
  '"}],"admin":{"listen":"0.0.0.0:1"},"a":[{"',
  "a\r\nX-Injected: b",
  "*",
  "$1",
  "../../canary",
  "__proto__",
  "{http.request.body}",
] as const;

function valuesWith(schema: JsonSchema): fc.Arbitrary<unknown> {
  return valuesOf(schema, ["gpt", "https://api.example/v1", "secret://provider/key", ...HOSTILE]);
}

const text = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom("gpt", "claude", "local/llama", "other") },
  { weight: 2, arbitrary: fc.constantFrom(...HOSTILE) },
  fc.tuple(fc.constantFrom("a", "a "), fc.constantFrom(...HOSTILE)).map((pieces) => pieces.join("")),
  fc.string({ minLength: 1, maxLength: 20, unit: "grapheme" }),
);

const endpoint = fc.oneof(
  fc.constantFrom(
    "https://api.example/v1",
    "http://models.team-a.svc:8080",
    "https://[2001:db8::1]/v1/chat/completions",
  ),
  fc.tuple(fc.constantFrom("https://api.example/", "https://"), text).map((pieces) => pieces.join("")),
);

const limits = fc.array(valuesWith(limit.json) as fc.Arbitrary<EffectiveConfiguration["limits"][number]>, {
  maxLength: 2,
});

const policy = fc
  .tuple(
    valuesWith(attachedPolicy.json),
    fc.constantFrom(...Object.values(POLICY_CONFIGS)).chain(({ json }) => valuesWith(json)),
    fc.boolean(),
  )
  .map(([value, config, isTyped]) => (isTyped ? { ...(value as object), config } : value)) as fc.Arbitrary<
  EffectiveConfiguration["policies"][number]
>;

/**
 * Configurations in which every field may stand and hold whatever its schema lets
 * it hold, also what rules refuse, since policies may relax them. References lead
 * somewhere, as in all that is effective.
 */
export const effectiveConfiguration: fc.Arbitrary<EffectiveConfiguration> = fc
  .uniqueArray(text, { minLength: 1, maxLength: 4 })
  .chain((names) => {
    const name = fc.constantFrom(...names);
    const fallbacks = fc.array(name, { maxLength: 2 });
    const model = fc
      .record({ own: valuesWith(modelConfig.spec.json), endpoint, fallbacks, limits })
      .map(({ own, ...others }) => ({ ...(own as object), ...others }));
    return fc.record({
      namespace: fc.constant("team-a"),
      name: fc.constant("main"),
      models: fc
        .array(model, { minLength: names.length, maxLength: names.length })
        .map((models) => models.map((own, index) => ({ ...own, name: names[index] ?? "" }))),
      routes: fc.array(routeAmong(name), { maxLength: 3 }),
      policies: fc.uniqueArray(policy, { selector: (each) => each.name, maxLength: 3 }),
      limits,
      integrations: fc.uniqueArray(
        fc
          .tuple(valuesWith(integrationConfig.spec.json), text)
          .map(([own, name]) => ({ ...(own as object), name }) as EffectiveConfiguration["integrations"][number]),
        { selector: (each) => each.name, maxLength: 2 },
      ),
    });
  });

function routeAmong(name: fc.Arbitrary<string>): fc.Arbitrary<EffectiveRoute> {
  const given = fc.record({
    origin: text,
    path: fc.oneof(fc.constantFrom("/", "/chat", "/a%20b"), text),
    pathType: fc.constantFrom("Prefix" as const, "Exact" as const),
    targets: fc.array(fc.record({ model: name, weight: fc.nat(3) }), { minLength: 1, maxLength: 3 }),
    fallbacks: fc.array(name, { maxLength: 2 }),
    policies: fc.array(text, { maxLength: 2 }),
    template: fc.option(valuesWith(promptTemplate.spec.json), { nil: undefined }),
    limits,
  });
  return fc.tuple(valuesWith(route.json), given).map(([own, others]) => {
    const { targetModel: _1, promptTemplateRef: _2, ...fields } = own as Record<string, unknown>;
    return withoutExpressions({ ...fields, ...others } as EffectiveRoute);
  });
}

/** Texts that are drawn here are seldom expressions, and what is none is never effective. */
function withoutExpressions({ match, ...route }: EffectiveRoute): EffectiveRoute {
  if (!match) return route;
  const { headers, queryParams } = match;
  const exact = (matchers: typeof headers) => matchers?.map(({ name, value }) => ({ name, value }));
  return {
    ...route,
    match: {
      ...match,
      ...(headers ? { headers: exact(headers) ?? [] } : {}),
      ...(queryParams ? { queryParams: exact(queryParams) ?? [] } : {}),
    },
  };
}
