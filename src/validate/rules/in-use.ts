import type { Rule } from "../rule.ts";

/** Judged where something is deleted, which has no parts: see `deletion.ts`. */
export const inUse: Rule = {
  id: "in-use",
  claim: "An AIGatewayClass or ApprovedModel is not deleted while a stored AIGatewayConfig depends on it.",
  action: "Deny",
  judges: {},
};
