import type { Rule } from "../rule.ts";

/** Judged where something is deleted, which has no parts: see `deletion.ts`. */
export const inUse: Rule = {
  id: "in-use",
  claim:
    "An AIGatewayClass or ApprovedModel is not deleted while a stored object depends on it; of an object of a namespace that others name, the deletion is warned of.",
  why: "The gateways that rest on it lose their approval or their controller at once, and stop at the next edit or delivery: far from the cause, and in another team's hands.",
  action: "Deny",
  judges: {},
};
