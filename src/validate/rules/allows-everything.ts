import type { RelativePath } from "#api/field-path.ts";
import type { Part } from "../part.ts";
import { type Finding, HOLDS, type Rule } from "../rule.ts";
import { SHARED_SUFFIXES } from "../shared-suffixes.ts";

export const allowsEverything: Rule = {
  id: "allows-everything",
  claim: "A pattern names a family of models or the hosts of one owner, and an exception somebody.",
  why: "What covers everything decides nothing: the next model of the provider is approved before anybody has looked at it, and with `*.com` every host on the internet may be sent the credential.",
  action: "Warn",
  judges: { approval: findInApproval, gatewayPolicy: findInPolicy, exception: findInException },
};

function findInApproval(part: Part<"approval">): readonly Finding[] {
  const { models = [], endpoints } = part.value;
  const found: Finding[] = [];
  models.forEach((pattern, index) => {
    if (pattern !== "*") return;
    const at = ["models", index];
    const detail =
      "must be an id or the beginning of one, such as 'gpt-4o*', since '*' approves every model there will be";
    found.push({ part, at, kind: "Invalid value", value: pattern, detail, read: [at] });
  });
  addWideHosts(found, part, ["endpoints", "hosts"], endpoints?.hosts);
  return found.length === 0 ? HOLDS : found;
}

function findInPolicy(part: Part<"gatewayPolicy">): readonly Finding[] {
  const found: Finding[] = [];
  addWideHosts(found, part, ["endpoints", "allowedHosts"], part.value.endpoints?.allowedHosts);
  return found.length === 0 ? HOLDS : found;
}

function addWideHosts(found: Finding[], part: Part, list: RelativePath, hosts: readonly string[] = []): void {
  hosts.forEach((pattern, index) => {
    if (!isWide(pattern)) return;
    const at = [...list, index];
    const detail = "must end with a name that one owner has, since below this one anybody may have a host";
    found.push({ part, at, kind: "Invalid value", value: pattern, detail, read: [at] });
  });
}

function isWide(pattern: string): boolean {
  if (!pattern.startsWith("*.")) return false;
  const suffix = pattern.slice(2);
  return !suffix.includes(".") || SHARED_SUFFIXES.has(suffix);
}

function findInException(part: Part<"exception">): readonly Finding[] {
  const { namespaces, names } = part.value;
  if (namespaces !== undefined || names !== undefined) return HOLDS;
  const detail = "must be given, or `names`, since this exception is made for every object; `rules` says it better";
  return [{ part, at: ["namespaces"], kind: "Required value", detail, read: [["namespaces"], ["names"]] }];
}
