import type { AIGatewayConfig } from "#api/kinds/ai-gateway-config.ts";
import type { PartState } from "../effective/effective.ts";
import type { Findings } from "../gateway-ports.ts";
import { isAboutApproval, isAboutReferences, isConsequence } from "./part-reasons.ts";
import { partsInWords } from "./part-words.ts";
import { no, unknown, type Verdict, type Verdicts, yes } from "./verdict.ts";

/** What is said of a gateway, in the order of its life. docs/status.md explains each to its readers. */
export type GatewayCondition = "Accepted" | "ResolvedRefs" | "Approved" | "Programmed" | "Ready";

export function gatewayConditions(gateway: AIGatewayConfig, findings: Findings): Verdicts<GatewayCondition> {
  const { deletion, gatewayClass, effective } = findings;
  if (deletion) return everythingIs(no(deletion.reason, deletion.message), "the gateway is being deleted");
  if (!gatewayClass) return { ...everythingIs(noClass(gateway), NOT_JUDGED), Accepted: NOTHING_WRONG };
  const parts = effective?.parts ?? [];
  const accepted = effective ? acceptedOf(parts, findings) : unknown("Pending", NOT_JUDGED);
  const programmed = programmedOf(findings);
  return {
    Accepted: accepted,
    ResolvedRefs: effective ? resolvedOf(parts, findings) : unknown("Pending", NOT_JUDGED),
    Approved: effective ? approvedOf(parts) : unknown("Pending", NOT_JUDGED),
    Programmed: programmed,
    Ready: readyOf(parts, accepted, programmed),
  };
}

const NOT_JUDGED = "nothing of it was judged yet";

/** Nothing runs by our doing, and nothing is known beyond that. */
function everythingIs(because: Verdict, otherwise: string): Verdicts<GatewayCondition> {
  const notKnown = unknown(because.reason, otherwise);
  return { Accepted: notKnown, ResolvedRefs: notKnown, Approved: notKnown, Programmed: because, Ready: because };
}

const NOTHING_WRONG = yes("Accepted", "nothing is wrong with it; what only a class decides was not looked at");

function noClass({ spec }: AIGatewayConfig): Verdict {
  const { gatewayClassName } = spec;
  if (gatewayClassName !== undefined)
    return no("NoClass", `spec.gatewayClassName: there must be an AIGatewayClass '${gatewayClassName}'`);
  return no("NoClass", "spec.gatewayClassName must name an AIGatewayClass, since none is the default");
}

/** What is written is valid, as far as it can be told without looking elsewhere. */
function acceptedOf(parts: readonly PartState[], { delivery }: Findings): Verdict {
  if (delivery?.type === "refused" && delivery.reason === "GatewayTaken") return no(delivery.reason, delivery.message);
  const [whole, ...others] = parts.filter((part) => part.kind === "object" && isOwn(part));
  if (whole) return no(whole.reason ?? "Invalid", partsInWords([whole, ...others]));
  const bad = parts.filter((part) => part.state !== "Good" && !isOfOtherConditions(part));
  if (bad.length === 0) return yes("Accepted", "nothing is wrong with it");
  return yes("PartiallyValid", `${bad.length} of ${parts.length} parts cannot run as written: ${partsInWords(bad)}`);
}

function isOfOtherConditions(part: PartState): boolean {
  return isAboutReferences(part) || isAboutApproval(part) || isConsequence(part);
}

/** A fault of a whole object beside the gateway quarantines what is in it, and is told there. */
function isOwn({ owner }: PartState): boolean {
  return owner.kind === "AIGatewayConfig";
}

function resolvedOf(parts: readonly PartState[], { delivery }: Findings): Verdict {
  const bad = parts.filter((part) => part.state !== "Good" && isAboutReferences(part));
  const [first] = bad.filter(({ reason }) => reason !== NOT_GRANTED);
  if (first) return no(first.reason ?? "InvalidReference", partsInWords(bad));
  const [notGranted] = bad;
  if (notGranted) return unknown(NOT_GRANTED, partsInWords(bad));
  if (delivery?.type === "refused" && delivery.reason === NOT_GRANTED) return unknown(NOT_GRANTED, delivery.message);
  return yes("ResolvedRefs", "everything that it names is there");
}

const NOT_GRANTED = "SecretAccessNotGranted";

/** An observation: what follows from it, policy says. */
function approvedOf(parts: readonly PartState[]): Verdict {
  const bad = parts.filter(({ kind, approved }) => kind === "model" && approved === false);
  const [first] = bad.filter(isAboutApproval);
  if (first) return no(first.reason ?? "NotApproved", partsInWords(bad.filter(isAboutApproval)));
  if (bad.length === 0) return yes("Approved", "an approval in force covers each of its models");
  const names = bad.slice(0, MOST_NAMED).map(({ name }) => `'${name}'`);
  const others = bad.length - names.length;
  const which = `${names.join(", ")}${others > 0 ? ` and ${others} more` : ""}`;
  return no("ApprovalNotRequired", `no approval in force covers ${which}, and no policy demands one`);
}

const MOST_NAMED = 10;

function programmedOf({ delivery, verification }: Findings): Verdict {
  if (!delivery) return no("Pending", "it was not delivered yet");
  if (delivery.type !== "delivered") return no(delivery.reason, delivery.message);
  if (!verification) return yes("DeliveredNotVerified", "delivered; its class does not say how to ask what runs");
  const { instances, verified, reason, lastError = "" } = verification.verification;
  const counted = `${verified} of ${instances} instances run it`;
  if (reason === undefined) return yes("Programmed", counted);
  return no(reason, lastError === "" ? counted : `${counted}: ${lastError}`);
}

/** It runs, and all of it as it is written. */
function readyOf(parts: readonly PartState[], accepted: Verdict, programmed: Verdict): Verdict {
  for (const { status, reason, message } of [accepted, programmed]) if (status !== "True") return no(reason, message);
  const bad = parts.filter(({ state }) => state !== "Good");
  const [first] = bad;
  if (!first) return yes("Ready", programmed.message);
  return no(first.reason ?? "PartiallyValid", partsInWords(bad));
}
