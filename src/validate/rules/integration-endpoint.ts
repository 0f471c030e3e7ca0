import type { Part } from "../part.ts";
import { type Finding, HOLDS, type Rule } from "../rule.ts";

export const integrationEndpoint: Rule = {
  id: "integration-endpoint",
  claim: "An integration says where it is, unless its provider is one that comes by itself.",
  why: "Traces and bills are sent nowhere, and nobody notices until the month's end.",
  action: "Deny",
  floor: true,
  judges: { integration: findMissingEndpoint },
};

function findMissingEndpoint(part: Part<"integration">): readonly Finding[] {
  const { provider, endpoint } = part.value;
  // In an object of the wrong shape the provider may be missing.
  if (endpoint !== undefined || provider === "prometheus" || provider === undefined) return HOLDS;
  const detail = `must be given where \`provider\` is '${provider}'`;
  return [{ part, at: ["endpoint"], kind: "Required value", detail, read: [["provider"], ["endpoint"]] }];
}
