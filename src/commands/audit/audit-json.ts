import { findingsOf, type ReportedObject } from "../reports/reported-object.ts";
import { totalsOf } from "./totals.ts";

/** For programs: the objects of which there is something to say, and what it all comes to. */
export function auditJson(objects: readonly ReportedObject[]): string {
  const remarkable = objects.filter((object) => findingsOf(object).length > 0);
  return `${JSON.stringify({ objects: remarkable.map(recordOf), totals: totalsOf(objects) }, undefined, 2)}\n`;
}

function recordOf({ kind, namespace, name, allowed, violations, audited }: ReportedObject): object {
  return {
    kind,
    namespace,
    name,
    allowed,
    violations: violations.map(essential),
    audited: audited.map(({ policy, ...violation }) => ({ policy, ...essential(violation) })),
  };
}

/** Nothing is excused here, and there is nothing to wait for. */
function essential({ excused: _, absent: __, ...violation }: ReportedObject["violations"][number]): object {
  return violation;
}
