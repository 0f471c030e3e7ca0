import type { AbsentFact } from "#api/absent-fact.ts";
import type { RelativePath } from "#api/field-path.ts";
import type { AIGatewayClass } from "#api/kinds/ai-gateway-class.ts";
import type { Action } from "#api/kinds/ai-gateway-policy.ts";
import type { ApprovedModel } from "#api/kinds/approved-model.ts";
import type { FieldErrorKind } from "#api/violation.ts";
import type { EffectivePolicy } from "#policy/effective-policy.ts";
import type { PolicyLookup } from "#policy/policy-lookup.ts";
import { isOfPlatform, type Part, type PartKind, type Parts } from "./part.ts";

/** All that a rule may know beside the part itself. */
export interface Facts {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly policy: EffectivePolicy;
  readonly lookup: PolicyLookup;
  /** Whether it is known that no string of the object holds `${`; see AdmissionRequest. */
  readonly mentionsNoVariable?: boolean;
  /** How many bytes of JSON the object has at most, where that is known; see AdmissionRequest. */
  readonly bytes?: number | undefined;
  /** The class of a gateway, where who judges it knows that it delivers for that class; otherwise it is looked up. */
  readonly gatewayClass?: AIGatewayClass | undefined;
  /** The object that the part belongs to. */
  readonly owner: Parts;
  /** Approvals that cover its models, as far as a rule has asked; see approvals-of-model.ts. */
  readonly approvals: Map<Part<"model">, readonly ApprovedModel[]>;
}

/**
 * A named claim over parts: pure, synchronous, total. It returns what
 * contradicts it; what comes of that is the policy's business.
 */
export interface Rule {
  readonly id: string;
  /** The claim in one sentence, for `docs/rules.md` and `gatehouse rules`. */
  readonly claim: string;
  /** What goes wrong in production without the rule, in one or two sentences. */
  readonly why: string;
  /** Fields of the platform team's objects by which it judges, such as `AIGatewayPolicy.spec.rateLimits`. */
  readonly judgesBy?: readonly string[];
  /** What happens to a violation where no policy names the rule. */
  readonly action: Action;
  /**
   * Whether what contradicts the claim has no meaning: where an object is stored
   * all the same, such a field counts as unset; see stored-form.ts.
   */
  readonly unreadable?: true;
  /** Whether the CRD's CEL makes the claim too, so that no policy may relax it. */
  readonly floor?: true;
  readonly judges: { readonly [K in PartKind]?: (part: Part<K>, facts: Facts) => readonly Finding[] };
}

/** Whether a rule looks at what the platform team writes, and at nothing else. */
export function isAboutPlatform({ judges }: Rule): boolean {
  return Object.keys(judges).some((kind) => isOfPlatform(kind as PartKind));
}

/** Whether a policy may say what comes of a rule's violations: not what the CRD's CEL denies too, nor of policies themselves. */
export function isRelaxable(rule: Rule): boolean {
  return !rule.floor && !isAboutPlatform(rule);
}

/** What a rule found, before policy says what comes of it. */
export interface Finding {
  /** Part that it is found in. */
  readonly part: Part;
  /** Where in the part. */
  readonly at: RelativePath;
  readonly kind: FieldErrorKind;
  /** The offending value, shown in the message. Absent where it might be a secret or says nothing. */
  readonly value?: unknown;
  /** `must …`, with what is allowed. Never a secret. */
  readonly detail: string;
  /** Who asks for it: `policy team-defaults`, `approval openai`. */
  readonly source?: string;
  /** Of an unreadable rule: what counts as unset. Absent: what is at `at`. */
  readonly unset?: RelativePath;
  /** Where `source` asks for it: `spec.rateLimits.max.burst`. */
  readonly sourceField?: string;
  /** Advice is never more than a warning, whatever a policy says. */
  readonly advice?: true;
  /** The fact that would take the finding away if it were known. */
  readonly absent?: AbsentFact;
  /**
   * Fields of the part on whose values the finding rests. An update that leaves
   * them alone is excused; see ratchet.ts. Naming too few excuses too much: a
   * property test takes away every other field and expects the finding to stay.
   */
  readonly read: readonly RelativePath[];
  /** Other parts that it collides with, with the fields read of them. */
  readonly collidesWith?: readonly { readonly part: Part; readonly read: readonly RelativePath[] }[];
}

/** No finding: the answer of nearly every call, so it costs no allocation. */
export const HOLDS: readonly Finding[] = [];
