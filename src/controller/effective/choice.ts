import type { Fault } from "./fault.ts";
import type { FormKind, PartForms } from "./last-good.ts";

/** A part as it is written, and as it was when it was last good. */
export interface Candidate<K extends FormKind = FormKind> {
  readonly kind: K;
  /** The stored object that it stands in. */
  readonly owner: { readonly kind: string; readonly name: string };
  readonly name: string;
  /** Field path in the owner. */
  readonly path: string;
  /** What it is known again by, in another version of its objects. */
  readonly id: string;
  /** With defaults set. Undefined where it cannot be read, or nothing is there that it refers to. */
  readonly current: PartForms[K] | undefined;
  /** What is wrong with the current form. */
  readonly faults: readonly Fault[];
  /** The last good form, if there is one. */
  readonly kept: PartForms[K] | undefined;
  /** What has become wrong with the last good form, so that it cannot run either. */
  readonly keptFault?: Fault | undefined;
  /** Whether the last good form is to be forgotten. */
  readonly isOver?: boolean;
}

/** Which form of a part runs, as far as is known: it is stepped down as more is found. */
export interface Choice<K extends FormKind = FormKind> {
  readonly candidate: Candidate<K>;
  standing: "current" | "kept" | "none";
  /** What is wrong with the current form. */
  readonly faults: Fault[];
}

export function chosen<K extends FormKind>(candidate: Candidate<K>): Choice<K> {
  const { current, faults } = candidate;
  const isGood = current !== undefined && faults.length === 0;
  return { candidate, standing: isGood ? "current" : belowCurrent(candidate), faults: [...faults] };
}

/** What runs; undefined where nothing does. */
export function formOf<K extends FormKind>({ candidate, standing }: Choice<K>): PartForms[K] | undefined {
  if (standing === "none") return undefined;
  return standing === "current" ? candidate.current : candidate.kept;
}

/** The form that runs is found wanting: the one before it is next. */
export function stepDown(choice: Choice, fault: Fault): void {
  if (choice.standing === "current" || choice.faults.length === 0) choice.faults.push(fault);
  choice.standing = choice.standing === "current" ? belowCurrent(choice.candidate) : "none";
}

function belowCurrent({ kept, keptFault }: Candidate): "kept" | "none" {
  return kept !== undefined && keptFault === undefined ? "kept" : "none";
}
