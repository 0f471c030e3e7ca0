import type { AbsentFact } from "./absent-fact.ts";
import type { Action } from "./kinds/ai-gateway-policy.ts";

/** Kinds of field errors, with the reasons that `details.causes[].reason` carries (apimachinery, field/errors.go). */
export const FIELD_ERROR_REASONS = {
  "Required value": "FieldValueRequired",
  "Invalid value": "FieldValueInvalid",
  "Unsupported value": "FieldValueNotSupported",
  "Duplicate value": "FieldValueDuplicate",
  "Not found": "FieldValueNotFound",
  Forbidden: "FieldValueForbidden",
  "Too long": "FieldValueTooLong",
  "Too many": "FieldValueTooMany",
  "Too few": "FieldValueTooFew",
} as const;

export type FieldErrorKind = keyof typeof FIELD_ERROR_REASONS;

/** One thing that is wrong with an object, ready to be shown. Holds no secret. */
export interface Violation {
  /** Rule id, or `schema` for a fault of shape. */
  readonly rule: string;
  /** Field path from the object's root, such as `spec.models[0].rateLimits.burst`. */
  readonly path: string;
  readonly kind: FieldErrorKind;
  /** Complete without the path: `Invalid value: 90000: must be less than or equal to 6000 (rate-limit-bounds, policy team-defaults)`. */
  readonly message: string;
  /** AIGatewayPolicy or ApprovedModel that asks for it, if one does: `policy team-defaults`. */
  readonly source?: string;
  /** Where that object asks for it: `spec.rateLimits.max.burst`. */
  readonly sourceField?: string;
  /** What comes of it. */
  readonly action: Action;
  /** Whether the object already had it before this update, which turns a denial into a warning. */
  readonly excused: boolean;
  /** The fact whose absence it rests on, if it does: the object is right once that is known. */
  readonly absent?: AbsentFact;
}
