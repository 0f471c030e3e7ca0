import type { DeliveryOutcome } from "../delivery/delivery.ts";
import type { PartState } from "../effective/effective.ts";
import type { Findings } from "../gateway-ports.ts";

/** What a condition is to say, before its generation and its time. */
export interface Verdict {
  readonly status: "True" | "False" | "Unknown";
  readonly reason: string;
  readonly message: string;
}

export type ConditionType = "Accepted" | "ResolvedRefs" | "Approved" | "Programmed" | "Ready";

/** What is to be said of a gateway by what was found and done. */
export function gatewayConditions(findings: Findings): Readonly<Record<ConditionType, Verdict>> {
  const accepted = acceptedOf(findings);
  const programmed = programmedOf(findings);
  return {
    Accepted: accepted,
    ResolvedRefs: resolvedOf(findings),
    Approved: approvedOf(findings),
    Programmed: programmed,
    Ready: readyOf(findings, accepted, programmed),
  };
}

function acceptedOf({ effective, delivery }: Findings): Verdict {
  if (delivery?.type === "refused" && delivery.reason === "GatewayTaken") return no(delivery.reason, delivery.message);
  const parts = effective?.parts ?? [];
  const whole = parts.find(({ kind, state }) => kind === "object" && state !== "Good");
  if (whole) return no(whole.reason ?? "Invalid", describe([whole]));
  const bad = parts.filter(
    ({ state, approved, reason = "" }) => state !== "Good" && approved !== false && !REFERENCES.has(reason),
  );
  if (bad.length > 0)
    return yes(
      "PartiallyValid",
      `${bad.length} of ${parts.length} parts are left out or run in an older form: ${describe(bad)}`,
    );
  return yes("Accepted", "every part is valid");
}

function resolvedOf({ effective, delivery }: Findings): Verdict {
  if (delivery?.type === "refused" && delivery.reason === "SecretAccessNotGranted") {
    return { status: "Unknown", reason: delivery.reason, message: delivery.message };
  }
  const bad = (effective?.parts ?? []).filter(({ reason = "" }) => REFERENCES.has(reason));
  const [first] = bad;
  return first
    ? no(first.reason ?? "InvalidReference", describe(bad))
    : yes("ResolvedRefs", "everything that is named is there");
}

/** Reasons of parts that name something which is not there, or not as it must be. */
const REFERENCES: ReadonlySet<string> = new Set([
  "InvalidReference",
  "SecretNotFound",
  "SecretKeyNotFound",
  "SecretInvalid",
  "SecretNotForHost",
  "SecretAccessNotGranted",
]);

function approvedOf({ effective }: Findings): Verdict {
  const bad = (effective?.parts ?? []).filter(({ approved }) => approved === false);
  const [first] = bad;
  return first
    ? no(first.reason ?? "NotApproved", describe(bad))
    : yes("Approved", "every model that needs an approval has one");
}

function programmedOf({ gatewayClass, delivery, verification }: Findings): Verdict {
  if (!gatewayClass)
    return no("NoClass", "there is no AIGatewayClass for it: none is named, or the one that is named is not there");
  if (delivery?.type !== "delivered") return notDelivered(delivery);
  const instances = verification?.verification;
  if (!instances)
    return yes("DeliveredNotVerified", "delivered; the class does not say how to ask the gateway what it runs");
  const { reason, verified, instances: all, lastError = "" } = instances;
  const counted = `${verified} of ${all} instances run it`;
  return reason === undefined
    ? yes("Programmed", counted)
    : no(reason, lastError === "" ? counted : `${counted}: ${lastError}`);
}

function notDelivered(delivery: Exclude<DeliveryOutcome, { readonly type: "delivered" }> | undefined): Verdict {
  return delivery ? no(delivery.reason, delivery.message) : no("Pending", "it was not delivered yet");
}

function readyOf({ effective }: Findings, accepted: Verdict, programmed: Verdict): Verdict {
  for (const verdict of [accepted, programmed]) if (verdict.status !== "True") return { ...verdict, status: "False" };
  const missing = (effective?.parts ?? []).filter(({ state }) => state === "Quarantined");
  return missing.length > 0 ? no("PartsMissing", describe(missing)) : yes("Ready", programmed.message);
}

function describe(parts: readonly PartState[]): string {
  const told = parts.slice(0, MOST_TOLD).map(({ owner, path, message, reason = "" }) => {
    return `${owner.kind} ${owner.name}${path === "" ? "" : ` ${path}`}: ${message ?? reason}`;
  });
  const more = parts.length - told.length;
  return `${told.join("; ")}${more > 0 ? `; and ${more} more` : ""}`.slice(0, LONGEST_MESSAGE);
}

/** Whoever has more to mend begins with these. */
const MOST_TOLD = 5;

/** Of a condition, by its schema. */
const LONGEST_MESSAGE = 1024;

function yes(reason: string, message: string): Verdict {
  return { status: "True", reason, message };
}

function no(reason: string, message: string): Verdict {
  return { status: "False", reason, message: message.slice(0, LONGEST_MESSAGE) };
}
