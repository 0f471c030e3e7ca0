import type { ApprovedModel } from "#api/kinds/approved-model.ts";
import type { Model } from "#api/kinds/model.ts";
import type { FieldErrorKind } from "#api/violation.ts";
import type { Labels } from "./label-selector.ts";

/** Where and when a model is to be used. */
export interface CoverageContext {
  readonly namespace: string;
  /** Undefined where the namespace is not known: then only its name can be matched. */
  readonly namespaceLabels: Labels | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** The fields of a model that decide whether an approval covers it. */
export const COVERAGE_FIELDS = [
  "name",
  "model",
  "provider",
  "type",
  "endpoint",
  "region",
  "version",
  "dataClassification",
] as const satisfies readonly (keyof Model)[];
export type CoverageField = (typeof COVERAGE_FIELDS)[number];

/** One condition of an approval that a model does not meet. */
export interface Refusal {
  /** The field of the model that would have to be different. */
  readonly field: CoverageField;
  readonly kind: FieldErrorKind;
  /** What the model says there, or the telling part of it. Never a URL, which may hold a secret. */
  readonly given?: string;
  /** `must …`, with what is allowed. */
  readonly detail: string;
  /** Where the approval asks for it: `spec.regions`. */
  readonly sourceField: string;
}

/** Whether an approval covers a model, or every reason why not, the most basic one first. */
export type Coverage =
  | { readonly covered: true }
  | {
      readonly covered: false;
      readonly refusals: readonly [Refusal, ...Refusal[]];
      /** How many conditions are met before the first that is not: the more, the closer the approval came. */
      readonly conditionsMet: number;
    };

/** A condition of an approval: undefined where it is met. */
export type Condition = (
  approval: ApprovedModel["spec"],
  model: Model,
  context: CoverageContext,
) => Refusal | undefined;
