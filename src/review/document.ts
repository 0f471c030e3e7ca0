import type { ReviewContext, Verdict } from "./verdict.ts";

/** The verdict on an object that no API server has seen yet. */
export interface DocumentVerdict extends Verdict {
  /** The object as it would be stored: unknown fields gone, defaults added. Undefined where it is no object of ours. */
  readonly defaulted: unknown;
  /** Paths of fields that no schema knows, which the API server would drop. */
  readonly unknownFields: readonly string[];
}

/** Judges an object offline, in the API server's order: prune, schema defaults, mutate, shape, CEL, rules. */
export function reviewDocument(_object: unknown, _context: ReviewContext): DocumentVerdict {
  throw new Error("not written yet");
}
