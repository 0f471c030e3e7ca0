import type { ApprovedModel } from "#api/kinds/approved-model.ts";
import { isForNamespace } from "./approval-conditions.ts";
import type { Labels } from "./label-selector.ts";
import { isInForce } from "./lifecycle-condition.ts";
import { prefixOf } from "./model-pattern.ts";
import { compareNames } from "./name-order.ts";

/** Model ids and prefixes of them, each with the ApprovedModel that names it; `status.approved` of a policy. */
export interface ApprovalsInFloor {
  readonly exact: Readonly<Record<string, string>>;
  readonly prefixes: Readonly<Record<string, string>>;
  /** In characters, each once, ascending. */
  readonly prefixLengths: readonly number[];
}

/** Why approvals are not in the floor, as a condition's reason and message. */
export interface TooManyApprovals {
  readonly reason: "TooManyPrefixes" | "TooManyModels" | "TooLarge";
  readonly message: string;
}

/** What an expression of the API server may search for each of 256 models. */
export const MAX_PREFIXES = 500;
/** As the schema has it. */
export const MAX_EXACT = 4096;
/** A third of what etcd stores in one object by default (1.5 MiB), since the specification has to fit beside it. */
const MAX_BYTES = 512 * 1024;

/**
 * All that some approval in force names for some of these namespaces. It is a
 * union, and asks for neither provider, version, type, host, region nor class of
 * data: whoever goes by it lets more through than the approvals do, never less.
 * Yields after each step, since ten thousand approvals take longer than others should
 * wait for.
 */
export function* approvalsInFloor(
  approvals: readonly ApprovedModel[],
  namespaces: ReadonlyMap<string, Labels>,
  now: number,
): Generator<undefined, ApprovalsInFloor | TooManyApprovals> {
  const exact = new Map<string, string>();
  const prefixes = new Map<string, string>();
  for (const { metadata, spec } of approvals) {
    yield;
    if (!isInForce(spec.lifecycle, now) || !isForSome(spec, namespaces)) continue;
    for (const pattern of spec.models) {
      const prefix = prefixOf(pattern);
      note(prefix === undefined ? exact : prefixes, prefix ?? pattern, metadata.name ?? "");
    }
  }
  const refusal = tooMany(exact, prefixes);
  if (refusal) return refusal;
  yield;
  const found = flattened(exact, prefixes);
  yield;
  return sized(found);
}

/** Of several approvals the first by name, whatever order they come in. */
function note(known: Map<string, string>, pattern: string, approval: string): void {
  const before = known.get(pattern);
  if (before === undefined || compareNames(approval, before) < 0) known.set(pattern, approval);
}

function isForSome({ namespaces = {} }: ApprovedModel["spec"], known: ReadonlyMap<string, Labels>): boolean {
  for (const [namespace, labels] of known) if (isForNamespace(namespaces, namespace, labels)) return true;
  return false;
}

type Patterns = ReadonlyMap<string, string>;

function tooMany(exact: Patterns, prefixes: Patterns): TooManyApprovals | undefined {
  if (prefixes.size > MAX_PREFIXES) {
    return { reason: "TooManyPrefixes", message: off(`${prefixes.size} prefixes of models`, String(MAX_PREFIXES)) };
  }
  if (exact.size > MAX_EXACT) {
    return { reason: "TooManyModels", message: off(`${exact.size} models`, String(MAX_EXACT)) };
  }
  return undefined;
}

function flattened(exact: Patterns, prefixes: Patterns): ApprovalsInFloor {
  const lengths = new Set(Array.from(prefixes.keys(), charactersOf));
  return {
    exact: inOrder(exact),
    prefixes: inOrder(prefixes),
    prefixLengths: Array.from(lengths).sort((a, b) => a - b),
  };
}

function sized(approvals: ApprovalsInFloor): ApprovalsInFloor | TooManyApprovals {
  const bytes = Buffer.byteLength(JSON.stringify(approvals));
  return bytes <= MAX_BYTES ? approvals : { reason: "TooLarge", message: off(`${bytes} bytes`, String(MAX_BYTES)) };
}

/** CEL counts characters, where JavaScript counts the halves of some. */
function charactersOf(text: string): number {
  return Array.from(text).length;
}

/** Sorted, so that equal approvals make an equal status, whatever order they came in. */
function inOrder(patterns: Patterns): Readonly<Record<string, string>> {
  return Object.fromEntries(Array.from(patterns).sort(([a], [b]) => compareNames(a, b)));
}

function off(given: string, allowed: string): string {
  return `the admission floor does not judge which models are approved: there are ${given}, and it takes at most ${allowed}`;
}
