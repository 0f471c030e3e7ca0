import type { Kind } from "#api/kind.ts";
import type { KubernetesObject } from "#api/object-meta.ts";
import type { Violation } from "#api/violation.ts";
import { mutationOperations } from "#mutate/mutation-operations.ts";
import type { EffectivePolicy } from "#policy/effective-policy.ts";
import type { PolicyLookup } from "#policy/policy-lookup.ts";
import { judgeParts } from "#review/judgement.ts";
import { completedBySchema } from "#review/schema-completion.ts";
import type { Parts } from "#validate/part.ts";
import { type Fault, faultOf } from "./fault.ts";
import { denyingRules } from "./rules-at-work.ts";
import { withAdditions } from "./with-additions.ts";

/** A stored object with the defaults that policy adds to it, taken apart and judged as at admission. */
export interface JudgedObject {
  readonly parts: Parts;
  readonly policy: EffectivePolicy;
  /** What is wrong with the object and with none of its parts alone. */
  readonly faults: readonly Fault[];
  /** What is wrong with each part, by its path. One of the wrong shape may be missing among the parts. */
  readonly partFaults: ReadonlyMap<string, readonly Fault[]>;
}

export interface Circumstances {
  readonly lookup: PolicyLookup;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Nothing is excused, since nothing was there before; what the controller can complete is no fault. */
export function judgeObject(kind: Kind, stored: KubernetesObject, { lookup, now }: Circumstances): JudgedObject {
  const { namespace = "", name = "" } = stored.metadata;
  const subject = { namespace, name };
  const policy = lookup.effectivePolicy(subject, now);
  const object = completed(kind, stored, { lookup, now, policy });
  const candidate = { kind, object, old: undefined, subject, mentionsNoVariable: false };
  const { parts, violations } = judgeParts(candidate, { lookup, now, rules: denyingRules(policy).ofObject });
  return { parts, policy, ...sorted(violations, parts) };
}

function completed(
  kind: Kind,
  object: KubernetesObject,
  facts: Circumstances & { readonly policy: EffectivePolicy },
): KubernetesObject {
  const operations = mutationOperations(kind, object, undefined, {
    ...facts,
    namespace: object.metadata.namespace ?? "",
  });
  if (operations.length === 0) return object;
  // As the API server does, whose schema has defaults for fields of what was added.
  return completedBySchema(kind, withAdditions(object, operations)).object as KubernetesObject;
}

function sorted(violations: readonly Violation[], parts: Parts): Pick<JudgedObject, "faults" | "partFaults"> {
  const faults: Fault[] = [];
  const partFaults = new Map<string, Fault[]>();
  for (const violation of violations) {
    const fault = faultOf(violation);
    if (!fault) continue;
    const path = partPath(violation.path, parts);
    const known = path === undefined ? faults : partFaults.get(path);
    if (!known) partFaults.set(path ?? "", [fault]);
    // What its shape lacks explains what else is found in what can be read of it.
    else if (violation.rule === "schema") known.unshift(fault);
    else known.push(fault);
  }
  return { faults, partFaults };
}

/** The part that a field belongs to; undefined for the object's own. */
function partPath(path: string, { object }: Parts): string | undefined {
  if (object.value.kind === "AIGatewayConfig") return PART_OF_GATEWAY.exec(path)?.[0];
  if (object.value.kind === "RateLimitPolicy") return LIMIT.exec(path)?.[0];
  return WHOLE.test(path) ? "spec" : undefined;
}

const PART_OF_GATEWAY = /^spec\.(?:models|routes|policies)\[\d+\]/;
const LIMIT = /^spec\.limits\[\d+\]/;
const WHOLE = /^spec\b/;
