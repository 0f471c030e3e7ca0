import { RATE_LIMIT_FIELDS, type RateLimitField } from "#policy/effective-policy.ts";
import type { FloorPart, Variable } from "./admission-policy.ts";
import { eachModel, eachOldModel, type ModelSource } from "./model-source.ts";
import { deniesExpression } from "./policy-terms.ts";
import { noneOf } from "./validation.ts";

const RULE = "rate-limit-bounds";

/** Higher and lower than the schema lets any limit be. */
const NO_LEAST = "-1";
const NO_MOST = "9223372036854775807";

/**
 * Each limit of a model is inside the policy's own bounds. Whether one is missing
 * is left to the webhook, since mutation may add it.
 */
export function rateLimitBounds(source: ModelSource): FloorPart {
  const lists = RATE_LIMIT_FIELDS.map((field) => `variables.${field}Outside`);
  return {
    variables: [
      { name: "judgesRateLimits", expression: deniesExpression(RULE) },
      ...RATE_LIMIT_FIELDS.flatMap((field) => outside(source, field)),
      { name: "rateLimitsOutside", expression: lists.join(" + ") },
    ],
    validation: noneOf("rateLimitsOutside", RULE, "each rate limit must be inside the policy's bounds"),
  };
}

function outside(source: ModelSource, field: RateLimitField): readonly Variable[] {
  const [least, most, old] = [`${field}Least`, `${field}Most`, `${field}Before`];
  const limit = `model.rateLimits.${field}`;
  const isGiven = `has(model.rateLimits) && has(${limit})`;
  const wrong = `(${limit} < variables.${least} || ${limit} > variables.${most}) && !([${source.key}, string(${limit})] in variables.${old})`;
  const must = `(${limit} < variables.${least} ? 'greater than or equal to ' + string(variables.${least}) : 'less than or equal to ' + string(variables.${most}))`;
  const found = eachModel(
    source,
    `${source.isOwn} && ${isGiven} && ${wrong}`,
    `${source.at} + '.rateLimits.${field}: must be ' + ${must}`,
  );
  return [
    { name: least, expression: `params.spec.?rateLimits.?min.?${field}.orValue(${NO_LEAST})` },
    { name: most, expression: `params.spec.?rateLimits.?max.?${field}.orValue(${NO_MOST})` },
    { name: old, expression: eachOldModel(source, isGiven, `[${source.key}, string(${limit})]`) },
    {
      // Bounds that contradict each other bind nobody.
      name: `${field}Outside`,
      expression: `variables.judgesRateLimits && variables.${least} <= variables.${most} ? ${found} : []`,
    },
  ];
}
