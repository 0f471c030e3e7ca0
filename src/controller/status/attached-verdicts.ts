import type { ObjectName } from "#policy/stored-objects.ts";
import type { PartState } from "../effective/effective.ts";
import type { Fault } from "../effective/fault.ts";
import { isAboutApproval, isAboutReferences, isConsequence } from "./part-reasons.ts";
import type { PartReport } from "./part-reports.ts";
import { no, unknown, type Verdict, yes } from "./verdict.ts";

/** What is known of an object that stands beside gateways. */
export interface AttachedFindings {
  /** What is wrong with it by itself. */
  readonly faults: readonly Fault[];
  /** What it names that is not there. */
  readonly missing: readonly ObjectName[];
  /** What gateways say of it. */
  readonly reports: readonly PartReport[];
}

type Problem = Pick<PartState, "reason" | "message">;

/** What is written is valid, by itself and to every gateway that has it. */
export function acceptedBy(findings: AttachedFindings): Verdict {
  const bad = problemsOf(findings).filter(
    (problem) => !isAboutReferences(problem) && !isAboutApproval(problem) && !isConsequence(problem),
  );
  const [first] = bad;
  return first ? no(first.reason ?? "Invalid", inWords(bad)) : yes("Accepted", "nothing is wrong with it");
}

/** What it names is there, as far as it can be told. */
export function resolvedBy(findings: AttachedFindings): Verdict {
  const missing = findings.missing.map(({ kind, name }) => ({
    reason: "InvalidReference",
    message: `${kind} '${name}' must be in its namespace`,
  }));
  const bad = [...missing, ...problemsOf(findings).filter(isAboutReferences)];
  const [first] = bad.filter(({ reason }) => reason !== "SecretAccessNotGranted");
  if (first) return no(first.reason ?? "InvalidReference", inWords(bad));
  const [notGranted] = bad;
  return notGranted
    ? unknown("SecretAccessNotGranted", inWords(bad))
    : yes("ResolvedRefs", "everything that it names is there");
}

/** The gateways that have it run it, as it is written. */
export function programmedBy({ reports }: Pick<AttachedFindings, "reports">): Verdict {
  if (reports.length === 0) return no("NotUsed", "no gateway that Gatehouse serves has it");
  for (const { gateway, parts, programmed } of reports) {
    if (programmed.status !== "True")
      return no(programmed.reason, `gateway '${gateway}' does not run what it was given`);
    const bad = parts.find(({ state }) => state !== "Good");
    if (bad) {
      const what = bad.state === "LastGood" ? "runs it as it was last good" : "runs without it";
      return no(bad.reason ?? "Invalid", `gateway '${gateway}' ${what}: ${bad.message ?? ""}`);
    }
  }
  return yes("Programmed", `${reports.length === 1 ? "its gateway runs" : `all ${reports.length} gateways run`} it`);
}

/** Its own first; of gateways what they add. */
function problemsOf({ faults, reports }: AttachedFindings): readonly Problem[] {
  const own = new Set(faults.map(({ message }) => message));
  const added = reports.flatMap(({ gateway, parts }) =>
    parts
      .filter(({ state, message = "" }) => state !== "Good" && !own.has(message))
      .map(({ reason = "Invalid", message = reason }) => ({ reason, message: `gateway '${gateway}': ${message}` })),
  );
  return [...faults, ...added];
}

function inWords(problems: readonly Problem[]): string {
  const told = problems.slice(0, MOST_TOLD).map(({ reason = "", message = reason }) => message);
  const others = problems.length - told.length;
  return [...told, ...(others > 0 ? [`and ${others} more`] : [])].join("; ");
}

/** Whoever has more to mend begins with these. */
const MOST_TOLD = 5;
