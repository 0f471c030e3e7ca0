import { kindByName } from "#api/kinds.ts";
import type { KubernetesObject } from "#api/object-meta.ts";
import type { Violation } from "#api/violation.ts";
import type { FactIndex } from "#policy/fact-index.ts";
import { plainText } from "#review/plain-text.ts";
import { reviewStored } from "#review/stored.ts";
import type { PolicyFinding } from "./violation-ledger.ts";

/**
 * What policies have against an object as it is stored. A policy in Enforce asks for a
 * violation when it names the rule or is the one whose bound is broken; one in Audit for
 * what it would add, were it in Enforce. What nobody but the built-in policy asks for is
 * no policy's.
 */
export function policyFindings(object: KubernetesObject, facts: FactIndex, now: number): readonly PolicyFinding[] {
  const kind = kindByName.get(object.kind);
  if (!kind) throw new Error(`${object.kind} is no kind of ours`);
  const { namespace = "", name = "" } = object.metadata;
  const { violations, audited } = reviewStored(kind, object, { lookup: facts, now });
  if (violations.length === 0 && audited.length === 0) return NOTHING;
  const { policies } = facts.effectivePolicy({ namespace, name }, now);
  const askedFor = policies.flatMap((policy) =>
    violations.filter((violation) => asksFor(policy, violation, facts)).map((violation) => ({ policy, violation })),
  );
  return counted([...askedFor, ...audited], `${object.kind} ${namespace}/${name}`);
}

const NOTHING: readonly PolicyFinding[] = [];

function asksFor(policy: string, { rule, source }: Violation, facts: FactIndex): boolean {
  return source === `policy ${policy}` || facts.policy(policy)?.spec.rules?.[rule] !== undefined;
}

interface AskedFor {
  readonly policy: string;
  readonly violation: Violation;
}

function counted(found: readonly AskedFor[], subject: string): readonly PolicyFinding[] {
  const groups = Map.groupBy(found, ({ policy, violation }) => `${policy} ${violation.rule} ${violation.action}`);
  return Array.from(groups.values()).flatMap(([first, ...others]) => {
    if (!first) return [];
    const { rule, action, path, message } = first.violation;
    const example = plainText(`${subject}: ${path}: ${message}`, LONGEST_EXAMPLE);
    return { policy: first.policy, rule, action, count: others.length + 1, example };
  });
}

/** By the schema, in characters. */
const LONGEST_EXAMPLE = 1024;
