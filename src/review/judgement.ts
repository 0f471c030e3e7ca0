import type { AdmissionRequest } from "#api/admission-review.ts";
import type { Kind } from "#api/kind.ts";
import type { KubernetesObject } from "#api/object-meta.ts";
import type { Violation } from "#api/violation.ts";
import { BUILT_IN_POLICY } from "#policy/merge-policies.ts";
import type { Subject } from "#policy/policy-lookup.ts";
import { judge } from "#validate/judge.ts";
import { metadataFaults } from "#validate/metadata-faults.ts";
import type { GovernedObject, Parts } from "#validate/part.ts";
import { takeApart } from "#validate/parts.ts";
import { repaired } from "#validate/repair.ts";
import type { Rule } from "#validate/rule.ts";
import { RULES } from "#validate/rules.ts";
import { shapeFaults } from "#validate/shape.ts";
import { shapeViolations } from "#validate/shape-violations.ts";
import { rulesOverSources } from "./rules-over-sources.ts";
import { type AuditedViolation, denies, type ReviewContext, type Verdict } from "./verdict.ts";

/** An object to be judged, with what it is about to replace. */
export interface Candidate {
  readonly kind: Kind;
  readonly object: unknown;
  /** Undefined on a create. */
  readonly old: unknown;
  readonly subject: Subject;
  /** See AdmissionRequest. */
  readonly mentionsNoVariable: boolean;
  /** The object as somebody wrote it, where nothing has been dropped of it yet. */
  readonly written?: unknown;
  /** See AdmissionRequest. */
  readonly bytes?: number | undefined;
}

/** The candidate of a create or update. */
export function candidateOf(
  kind: Kind,
  request: Pick<AdmissionRequest, "object" | "oldObject" | "name" | "namespace" | "mentionsNoVariable" | "bytes">,
): Candidate {
  const { object, oldObject, name, namespace, mentionsNoVariable = false, bytes } = request;
  const subject = { namespace: namespace ?? "", name: name ?? "" };
  return { kind, object, old: oldObject ?? undefined, subject, mentionsNoVariable, bytes };
}

/** Shape and every rule, all at once. */
export function judgeWholly(candidate: Candidate, context: ReviewContext): Omit<Verdict, "operations" | "notices"> {
  const shape = shapeViolations(candidate.kind, candidate.object, candidate.old);
  const parts = partsOf(candidate.kind, candidate.object, candidate.subject, shape.length === 0);
  const judged = withSources(parts, candidate, context);
  const found = judgeRules(parts, candidate, judged, judged.rules);
  const violations = [...shape, ...found].filter(({ action }) => action !== "Off");
  return {
    allowed: !violations.some(denies),
    violations: inOrder(violations),
    audited: auditedViolations(parts, candidate, found, judged),
  };
}

/** An object taken apart, with the violations of its shape and of the rules that are asked. */
export interface JudgedParts {
  readonly parts: Parts;
  readonly violations: readonly Violation[];
}

/** For who acts on each part by itself; what policies in Audit would add is of no interest then. */
export function judgeParts(candidate: Candidate, context: ReviewContext): JudgedParts {
  const shape = shapeViolations(candidate.kind, candidate.object, candidate.old);
  const parts = partsOf(candidate.kind, candidate.object, candidate.subject, shape.length === 0);
  const found = judgeRules(parts, candidate, context, context.rules);
  return { parts, violations: inOrder([...shape, ...found]) };
}

function withSources(parts: Parts, candidate: Candidate, context: ReviewContext): ReviewContext {
  const rules = context.rules ?? rulesOverSources(parts, candidate, context);
  return rules ? { ...context, rules } : context;
}

/** Whether the API server would stop the object before it asks `/validate`: schema or CEL. */
export function stopsAtShape(candidate: Candidate, context: ReviewContext): boolean {
  const { kind, object, old, subject } = candidate;
  const shape = shapeViolations(kind, object, old);
  if (shape.length > 0) return shape.some(denies);
  const floor = context.rules?.filter(isFloor) ?? FLOOR;
  return judgeRules(partsOf(kind, object, subject, true), candidate, context, floor).some(denies);
}

/** The rules that the CRD's CEL knows too. */
const isFloor = ({ floor }: Rule): boolean => floor === true;
const FLOOR: readonly Rule[] = RULES.filter(isFloor);

function judgeRules(
  parts: Parts,
  candidate: Candidate,
  context: ReviewContext,
  rules: readonly Rule[] | undefined,
): readonly Violation[] {
  const { lookup, now } = context;
  const policy = parts.platform ? BUILT_IN_POLICY : lookup.effectivePolicy(candidate.subject, now);
  return judge(
    parts,
    () => oldParts(candidate),
    { lookup, now, policy, mentionsNoVariable: candidate.mentionsNoVariable, bytes: candidate.bytes },
    rules,
  );
}

function oldParts({ kind, old, subject }: Candidate): Parts | undefined {
  if (old === undefined) return undefined;
  const isWellShaped = metadataFaults(old).length === 0 && shapeFaults(kind, old).length === 0;
  return partsOf(kind, old, subject, isWellShaped);
}

function partsOf(kind: Kind, object: unknown, { namespace }: Subject, isWellShaped: boolean): Parts {
  const sound = isWellShaped ? identified(kind, object as Partial<KubernetesObject>) : repaired(kind, object);
  return takeApart(sound as GovernedObject, namespace);
}

/** No schema asks for kind and metadata, which are the API server's own business. */
function identified({ kind }: Kind, object: Partial<KubernetesObject>): object {
  return object.kind === kind && object.metadata ? object : { ...object, kind, metadata: object.metadata ?? {} };
}

/** What each policy in Audit would add to the verdict, were it in Enforce. */
function auditedViolations(
  parts: Parts,
  candidate: Candidate,
  found: readonly Violation[],
  { lookup, now, rules }: ReviewContext,
): readonly AuditedViolation[] {
  const candidates = parts.platform ? [] : lookup.auditCandidates(candidate.subject, now);
  if (candidates.length === 0) return [];
  const known = new Set(found.filter((violation) => violation.action !== "Audit").map(identity));
  return candidates.flatMap(({ policy, effective }) =>
    judge(
      parts,
      () => oldParts(candidate),
      { lookup, now, policy: effective, mentionsNoVariable: candidate.mentionsNoVariable, bytes: candidate.bytes },
      rules,
    )
      .filter(
        (violation) => (violation.action === "Deny" || violation.action === "Warn") && !known.has(identity(violation)),
      )
      .map((violation) => ({ policy, violation })),
  );
}

function identity({ rule, path, kind, action }: Violation): string {
  return `${rule}\n${path}\n${kind}\n${action}`;
}

/** By path, where `[2]` comes before `[10]`. */
function inOrder(violations: readonly Violation[]): readonly Violation[] {
  return violations.length < 2 ? violations : violations.toSorted((left, right) => byPath(left.path, right.path));
}

const byPath = new Intl.Collator("en", { numeric: true }).compare;
