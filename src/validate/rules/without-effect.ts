import type { RelativePath } from "#api/field-path.ts";
import { selectsEverything } from "#policy/label-selector.ts";
import type { Part } from "../part.ts";
import { type Finding, HOLDS, type Rule } from "../rule.ts";
import { contradictoryLabel } from "../selector-contradiction.ts";

export const withoutEffect: Rule = {
  id: "without-effect",
  claim: "An approval can cover a model, and a policy, a class or an exception can apply to something.",
  why: "What matches nothing looks like a decision and is none: teams wait for an approval that was given, and a policy that everybody counts on holds for no namespace.",
  action: "Deny",
  judges: {
    approval: findInApproval,
    exception: findInException,
    gatewayPolicy: findInPolicy,
    gatewayClass: findInClass,
  },
};

/** One that is not in force covers nothing in any case, and to set Retired is never denied. */
function findInApproval(part: Part<"approval">): readonly Finding[] {
  const { lifecycle, versions, types, endpoints, regions, defaults } = part.value;
  if (lifecycle?.state !== "Approved" && lifecycle?.state !== "Deprecated") return HOLDS;
  const found: Finding[] = [];
  addEmptyList(found, part, ["types"], types);
  addEmptyList(found, part, ["endpoints", "hosts"], endpoints?.hosts);
  addEmptyList(found, part, ["regions"], regions);
  addVersionFaults(found, part, versions);
  addNamespaceFaults(found, part);
  if (defaults?.authSecretRef && endpoints?.hosts === undefined) {
    const detail =
      "must stand beside `endpoints.hosts`, since a credential is given only to hosts that are named there";
    const at = ["defaults", "authSecretRef"];
    found.push({ part, at, kind: "Forbidden", detail, advice: true, read: [at, ["endpoints", "hosts"], STATE] });
  }
  return found.length === 0 ? HOLDS : found;
}

const STATE: RelativePath = ["lifecycle", "state"];

function addEmptyList(found: Finding[], part: Part, at: RelativePath, list: readonly string[] | undefined): void {
  if (list?.length !== 0) return;
  const detail = "must have an item, since an empty list covers nothing; absent, it covers all";
  found.push({ part, at, kind: "Required value", detail, read: [at, STATE] });
}

function addVersionFaults(found: Finding[], part: Part, versions: { allow?: Versions; deny?: Versions } = {}): void {
  const { allow, deny = [] } = versions;
  const at = ["versions", "allow"];
  addEmptyList(found, part, at, allow);
  if (!allow || allow.length === 0 || !allow.every((version) => deny.includes(version))) return;
  const detail = "must have a version that is not in `versions.deny` too";
  found.push({ part, at, kind: "Invalid value", value: allow, detail, read: [at, ["versions", "deny"], STATE] });
}

type Versions = readonly string[] | undefined;

function addNamespaceFaults(found: Finding[], part: Part<"approval">): void {
  const { names, selector } = part.value.namespaces ?? {};
  if (names && names.length > 0) return; // those are covered whatever the selector says
  const read = [["namespaces"], STATE];
  if (names && !selector) addEmptyList(found, part, ["namespaces", "names"], names);
  const label = selector && contradictoryLabel(selector);
  if (label !== undefined) found.push(contradiction(part, ["namespaces", "selector"], label, read));
}

function findInPolicy(part: Part<"gatewayPolicy">): readonly Finding[] {
  return findContradiction(part, ["namespaceSelector"], part.value.namespaceSelector);
}

function findInClass(part: Part<"gatewayClass">): readonly Finding[] {
  const { allowedNamespaces, verify } = part.value.spec;
  return [
    ...findContradiction(part, ["spec", "allowedNamespaces"], allowedNamespaces),
    ...findContradiction(part, ["spec", "verify", "selector"], verify?.selector),
    ...findNobodyToAsk(part),
  ];
}

/** Gateways are then taken at their word, as without `verify`. */
function findNobodyToAsk(part: Part<"gatewayClass">): readonly Finding[] {
  const { verify, delivery } = part.value.spec;
  if (!verify || verify.selector || verify.url !== undefined || delivery?.adminAPI) return HOLDS;
  const at = ["spec", "verify"];
  const detail = "must have a `selector` or a `url`, or else nobody is asked";
  return [{ part, at, kind: "Required value", detail, advice: true, read: [at, ["spec", "delivery", "adminAPI"]] }];
}

function findContradiction(part: Part, at: RelativePath, selector: Selector): readonly Finding[] {
  if (selectsEverything(selector) || !selector) return HOLDS;
  const label = contradictoryLabel(selector);
  return label === undefined ? HOLDS : [contradiction(part, at, label, [at])];
}

type Selector = Part<"gatewayPolicy">["value"]["namespaceSelector"];

function contradiction(part: Part, at: RelativePath, label: string, read: readonly RelativePath[]): Finding {
  const detail = `must select something, but asks of label '${label}' what no value of it meets`;
  return { part, at, kind: "Invalid value", detail, read };
}

/** Of no harm, so only told. */
function findInException(part: Part<"exception">): readonly Finding[] {
  const lists = [["names"], ["namespaces"]] as const;
  return lists.flatMap(([field]) => {
    if (part.value[field]?.length !== 0) return HOLDS;
    const detail = `must have an item, since an empty list excepts nothing; absent, it excepts all`;
    return [{ part, at: [field], kind: "Required value", detail, advice: true, read: [[field]] }] as const;
  });
}
