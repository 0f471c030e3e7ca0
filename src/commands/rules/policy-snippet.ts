import { isRelaxable, type Rule } from "#validate/rule.ts";

/** An AIGatewayPolicy that names an action for a rule and makes an exception from it; undefined where none can. */
export function policySnippet(rule: Rule): string | undefined {
  if (!isRelaxable(rule)) return undefined;
  const { id, action } = rule;
  return `apiVersion: gateway.example.com/v1
kind: AIGatewayPolicy
metadata: { name: team-defaults }
spec:
  mode: Enforce
  rules: { ${id}: ${action === "Deny" ? "Warn" : "Deny"} } # Deny, Warn, Audit or "Off", which needs its quotes
  exceptions:
    - namespaces: [team-a] # all, if absent
      names: [main] # all, if absent
      rules: [${id}]
      reason: "what it is needed for, and the ticket"
      expiresAt: "2030-01-01T00:00:00Z"
`;
}
