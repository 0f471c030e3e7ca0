import { findingsOf, type Level, type ReportedObject } from "../reports/reported-object.ts";

export interface RuleTotals {
  denied: number;
  warned: number;
  /** Found by policies in Audit, or by a rule whose action that is. */
  audited: number;
}

export interface Totals {
  readonly objects: number;
  readonly denied: number;
  readonly warned: number;
  /** Neither denied nor warned of. */
  readonly clean: number;
  /** Findings by rule, in the order in which rules were first broken. */
  readonly rules: Readonly<Record<string, RuleTotals>>;
}

/** What an audit comes to. An object that would be denied counts as that only. */
export function totalsOf(objects: readonly ReportedObject[]): Totals {
  const denied = objects.filter(({ allowed }) => !allowed).length;
  const warned = objects.filter((object) => object.allowed && hasWarning(object)).length;
  return { objects: objects.length, denied, warned, clean: objects.length - denied - warned, rules: rulesOf(objects) };
}

function hasWarning(object: ReportedObject): boolean {
  return findingsOf(object).some(({ level }) => level === "warning");
}

function rulesOf(objects: readonly ReportedObject[]): Readonly<Record<string, RuleTotals>> {
  const rules: Record<string, RuleTotals> = {};
  for (const { rule, level } of objects.flatMap(findingsOf)) {
    const totals = rules[rule] ?? { denied: 0, warned: 0, audited: 0 };
    rules[rule] = totals;
    totals[COLUMN[level]] += 1;
  }
  return rules;
}

const COLUMN: Readonly<Record<Level, keyof RuleTotals>> = { error: "denied", warning: "warned", note: "audited" };
