import { adapterOf } from "#gateway/adapters.ts";
import { boundByLength, boundByText, type Counts, MAX_RENDERED_BYTES } from "#gateway/footprint.ts";
import { classOfGateway } from "../class-of-gateway.ts";
import { gatewayOf, type Part, type Parts } from "../part.ts";
import { type Facts, type Finding, HOLDS, type Rule } from "../rule.ts";

export const size: Rule = {
  id: "size",
  claim: "What the gateway gets fits into the 1 MiB that a ConfigMap or a Secret holds, counted before it is written.",
  why: "The API server refuses a larger ConfigMap, so the gateway keeps its old configuration while the new one looks accepted.",
  action: "Deny",
  judgesBy: ["AIGatewayClass.spec.adapter"],
  judges: { object: findTooLarge },
};

function findTooLarge(part: Part<"object">, facts: Facts): readonly Finding[] {
  const { bytes, owner } = facts;
  const gateway = gatewayOf(owner);
  const gatewayClass = gateway && classOfGateway(facts);
  const adapter = gatewayClass && adapterOf(gatewayClass);
  if (!adapter) return HOLDS;
  const { footprint } = adapter;
  const counts = countsOf(owner);
  if (bytes !== undefined && boundByLength(footprint, counts, bytes) <= MAX_RENDERED_BYTES) return HOLDS;
  const bound = boundByText(footprint, counts, JSON.stringify(gateway.spec));
  if (bound <= MAX_RENDERED_BYTES) return HOLDS;
  const { models, routes, links, policies } = counts;
  const detail =
    `must come to at most ${MAX_RENDERED_BYTES} bytes with adapter '${adapter.name}' (AIGatewayClass '${gatewayClass.metadata.name}'), ` +
    `but models (${models}), routes (${routes}), targets and fallbacks (${links}), policies (${policies}) and their texts may come to ${bound}`;
  return [
    { part, at: ["spec"], kind: "Too long", detail, read: [["spec", "gatewayClassName"]], collidesWith: all(owner) },
  ];
}

/** It is all of them that are too long, so what only takes some away is excused. */
function all({ models, routes, policies }: Parts): NonNullable<Finding["collidesWith"]> {
  return [...models, ...routes, ...policies].map((part) => ({
    part,
    read: Object.keys(part.value).map((field) => [field]),
  }));
}

function countsOf({ models, routes, policies }: Parts): Counts {
  let links = 0;
  let tries = 0;
  for (const { value } of models) links += value.fallbacks?.length ?? 0;
  for (const { value } of routes) {
    const { targets = [], fallbacks = [], retry } = value;
    links += targets.length + fallbacks.length;
    tries += (retry?.attempts ?? 0) * Math.max(targets.length, 1);
  }
  return { models: models.length, routes: routes.length, links, tries, policies: policies.length };
}
