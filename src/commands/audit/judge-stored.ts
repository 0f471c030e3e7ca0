import { kindByName } from "#api/kinds.ts";
import type { KubernetesObject } from "#api/object-meta.ts";
import type { Violation } from "#api/violation.ts";
import type { Clock } from "#kube/clock.ts";
import { TimeSlice } from "#kube/time-slice.ts";
import type { FactIndex } from "#policy/fact-index.ts";
import { plainText } from "#review/plain-text.ts";
import { reviewStored } from "#review/stored.ts";
import { MAX_CAUSE_RUNES } from "#server/denial.ts";
import type { ReportedObject } from "../reports/reported-object.ts";
import { UsageError } from "../usage-error.ts";
import type { Progress } from "./progress.ts";

export interface JudgeOptions {
  readonly facts: FactIndex;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  readonly clock: Clock;
}

/** Judges objects, by kind, namespace and name. Lets Ctrl-C and the terminal have their turn. */
export async function judgeStored(
  objects: readonly KubernetesObject[],
  { facts, now, progress, signal, clock }: JudgeOptions,
): Promise<readonly ReportedObject[]> {
  const slice = new TimeSlice(clock);
  const reports: ReportedObject[] = [];
  for (const object of objects) {
    reports.push(reportOf(object, facts, now));
    if (!slice.isOver) continue;
    progress.show(`judged ${reports.length} of ${objects.length}`);
    await slice.rest();
    if (signal.aborted) throw new UsageError("audit: ended before everything was judged");
  }
  return reports;
}

function reportOf(object: KubernetesObject, lookup: FactIndex, now: number): ReportedObject {
  const kind = kindByName.get(object.kind);
  if (!kind) throw new Error(`${object.kind} is no kind of ours`);
  const { allowed, violations, audited } = reviewStored(kind, object, { lookup, now });
  const { namespace = "", name = "" } = object.metadata;
  return {
    kind: object.kind,
    namespace,
    name,
    allowed,
    violations: violations.map(plain),
    audited: audited.map(({ policy, violation }) => ({ ...plain(violation), policy })),
  };
}

/** As kubectl would show it: names of the object stand in it, which may hold what moves a terminal's cursor. */
function plain(violation: Violation): Violation {
  const { path, message } = violation;
  return { ...violation, path: plainText(path, MAX_CAUSE_RUNES), message: plainText(message, MAX_CAUSE_RUNES) };
}
