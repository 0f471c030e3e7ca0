import type { FloorPart, Variable } from "./admission-policy.ts";
import { eachModel, eachOldModel, type ModelSource } from "./model-source.ts";
import { deniesExpression } from "./policy-terms.ts";
import { noneOf } from "./validation.ts";

const RULE = "unapproved-model";

/**
 * Each model's id is one that the policy's `status.approved` holds, exactly or by a
 * prefix. Of the lengths that prefixes have, each is cut off the id and looked up:
 * a search through all prefixes would cost more than the API server grants.
 */
export function approvedModels(source: ModelSource): FloorPart {
  const { isOwn, id, key, at, idField } = source;
  const judged = `{'at': ${at} + ${idField}, 'key': ${key}, 'id': ${id("object")}}`;
  const searches = source.isLong ? SEARCHES : [0];
  return {
    variables: [
      {
        name: "judgesApprovals",
        expression: deniesExpression(RULE, { always: "has(params.status) && has(params.status.approved)" }),
      },
      { name: "exact", expression: "params.status.approved.?exact.orValue({})" },
      { name: "prefixes", expression: "params.status.approved.?prefixes.orValue({})" },
      { name: "prefixLengths", expression: "params.status.approved.?prefixLengths.orValue([])" },
      { name: "ids", expression: `variables.judgesApprovals ? ${eachModel(source, isOwn, judged)} : []` },
      { name: "oldIds", expression: eachOldModel(source, isOwn, `[${key}, ${id("oldObject")}]`) },
      ...searches.map((search) => unapproved(search, searches.length)),
      { name: "unapproved", expression: searches.map((search) => `variables.unapproved${search}`).join(" + ") },
    ],
    validation: noneOf("unapproved", RULE, "each model must be named by an ApprovedModel"),
  };
}

/** 256 models of 253 characters times 254 lengths are 2.6 million units of cost, and one expression has a million. */
const SEARCHES = [0, 1, 2, 3];

/** Every so many-th model that is not approved. */
function unapproved(search: number, searches: number): Variable {
  const mine = searches === 1 ? "" : `index % ${searches} == ${search} && `;
  return {
    name: `unapproved${search}`,
    expression: `variables.ids.transformList(index, model,
  ${mine}!(model.id in variables.exact) && !([model.key, model.id] in variables.oldIds) &&
  !variables.prefixLengths.exists(length, length <= size(model.id) && model.id.substring(0, length) in variables.prefixes),
  model.at + ": must be named by an ApprovedModel; '" + model.id + "' is not")`,
  };
}
