import type { ApprovedModel } from "#api/kinds/approved-model.ts";
import { isForNamespace } from "#policy/approval-conditions.ts";
import { isInForce } from "#policy/lifecycle-condition.ts";
import { prefixOf, upstreamId } from "#policy/model-pattern.ts";
import type { ApprovedPatterns } from "#policy/policy-lookup.ts";
import { MAX_EDITS, nearestName } from "./nearest-name.ts";
import type { Part } from "./part.ts";
import type { Facts } from "./rule.ts";

/**
 * The id or pattern nearest to the id of a model that no approval names, among
 * those that approvals in force give the namespace. Costs nothing where models are
 * approved; where none of an object is, the searches for all of its models
 * together are bounded.
 */
export function nearestApproved({ value }: Part<"model">, { lookup, now, owner }: Facts): string | undefined {
  const id = upstreamId(value);
  const { namespace, models } = owner;
  const labels = lookup.namespaceLabels(namespace);
  const patternOf = new Map<string, string>();
  let asked = 0;
  const nearest = nearestName(id, namesAround(id, lookup.approvedPatterns(), patternOf), {
    most: MAX_COMPARED / models.length,
    isFit: (name) => asked++ < MAX_ASKED && isApproved(patternOf.get(name) ?? name),
  });
  return nearest === undefined ? undefined : patternOf.get(nearest);

  function isApproved(pattern: string): boolean {
    const prefix = prefixOf(pattern);
    const approvals = lookup.approvalsOf(prefix ?? pattern);
    return approvals.some((each) => (prefix === undefined || each.spec.models.includes(pattern)) && isInReach(each));
  }

  function isInReach({ spec: { lifecycle, namespaces = {}, provider } }: ApprovedModel): boolean {
    if (lifecycle.state !== "Approved" || !isInForce(lifecycle, now)) return false;
    return isForNamespace(namespaces, namespace, labels) && (value.provider ?? provider) === provider;
  }
}

/** Four milliseconds for an object in which no model is approved; for each of 256 models a dozen ids. */
const MAX_COMPARED = 4 * 256 * 64;

/** Nearest ones that turn out not to be approved for the namespace, before nothing is proposed. */
const MAX_ASKED = 8;

/** Notes of each name that it yields which pattern it stands for. */
function* namesAround(id: string, { ids, prefixes }: ApprovedPatterns, patternOf: Map<string, string>) {
  for (const length of lengthsAround(id.length)) {
    for (const name of ids.get(length)?.keys() ?? []) {
      patternOf.set(name, name);
      yield name;
    }
  }
  for (const [length, ofLength] of prefixes) {
    if (length < SHORTEST_PREFIX || length > id.length + 1) continue;
    for (const prefix of ofLength.keys()) {
      const name = prefix + id.slice(length); // a pattern takes any ending, so only what stands before it can be wrong
      if (patternOf.has(name)) continue;
      patternOf.set(name, `${prefix}*`);
      yield name;
    }
  }
}

/** Shorter prefixes, such as `o1`, are near to too much. */
const SHORTEST_PREFIX = 3;

/** What is near is about as long; the likeliest lengths come first. */
function lengthsAround(length: number): readonly number[] {
  return [0, ...Array.from({ length: MAX_EDITS }, (_, less) => less + 1).flatMap((edits) => [-edits, edits])].map(
    (edits) => length + edits,
  );
}
