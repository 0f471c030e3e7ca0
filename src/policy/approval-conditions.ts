import type { ApprovedModel } from "#api/kinds/approved-model.ts";
import type { Model } from "#api/kinds/model.ts";
import type { Condition, CoverageContext, CoverageField, Refusal } from "./coverage.ts";
import { hostOf, isOnHostList } from "./host-pattern.ts";
import { type Labels, selects, selectsEverything } from "./label-selector.ts";
import { inForce } from "./lifecycle-condition.ts";
import { idFieldOf, matchesModel, upstreamId } from "./model-pattern.ts";
import { alternatives, enumeration } from "./words.ts";

/**
 * All conditions, from what makes out which model is meant, over where it may be
 * used, to whether the approval is in force: a model that fails only the last is
 * best told so, although other approvals refuse it for other reasons.
 */
export const APPROVAL_CONDITIONS: readonly Condition[] = [
  named,
  servedByProvider,
  ofType,
  onHost,
  inRegion,
  ofVersion,
  forNamespace,
  clearedForData,
  inForce,
];

type Approval = ApprovedModel["spec"];

function named(approval: Approval, model: Model): Refusal | undefined {
  const id = upstreamId(model);
  if (approval.models.some((pattern) => matchesModel(pattern, id))) return undefined;
  return unsupported(idFieldOf(model), id, { allowed: approval.models, sourceField: "spec.models" });
}

/** A model need not state its provider: what its id matches is then taken for meant. */
function servedByProvider(approval: Approval, { provider = approval.provider }: Model): Refusal | undefined {
  return provider === approval.provider
    ? undefined
    : unsupported("provider", provider, { allowed: [approval.provider], sourceField: "spec.provider" });
}

function ofType({ types }: Approval, { type }: Model): Refusal | undefined {
  return onList("type", type, { allowed: types, sourceField: "spec.types" });
}

function onHost({ endpoints }: Approval, { endpoint }: Model): Refusal | undefined {
  const hosts = endpoints?.hosts;
  if (hosts === undefined) return undefined;
  if (endpoint === undefined) return missing("endpoint", `have as host ${alternatives(hosts)}`, HOSTS);
  const host = hostOf(endpoint);
  if (host !== undefined && isOnHostList(hosts, host)) return undefined;
  const given = host === undefined ? {} : { given: host };
  const detail = `must have as host ${alternatives(hosts)}`;
  return { field: "endpoint", kind: "Invalid value", ...given, detail, sourceField: HOSTS };
}

const HOSTS = "spec.endpoints.hosts";

function inRegion({ regions }: Approval, { region }: Model): Refusal | undefined {
  return onList("region", region, { allowed: regions, sourceField: "spec.regions" });
}

function ofVersion({ versions = {} }: Approval, { version }: Model): Refusal | undefined {
  const { allow, deny = [] } = versions;
  if (allow) {
    const allowed = allow.filter((candidate) => !deny.includes(candidate));
    return onList("version", version, { allowed, sourceField: "spec.versions.allow" });
  }
  if (version === undefined || !deny.includes(version)) return undefined;
  const detail = `must not be ${alternatives(deny)}`;
  return { field: "version", kind: "Invalid value", given: version, detail, sourceField: "spec.versions.deny" };
}

function forNamespace({ namespaces = {} }: Approval, model: Model, context: CoverageContext): Refusal | undefined {
  const { namespace, namespaceLabels } = context;
  if (isForNamespace(namespaces, namespace, namespaceLabels)) return undefined;
  const { names, selector } = namespaces;
  const approved = [names ? `namespaces ${enumeration(names)}` : [], selector ? "namespaces selected by label" : []];
  const detail = `must not be used in namespace '${namespace}'; approved for ${approved.flat().join(" and ")}`;
  return { field: idFieldOf(model), kind: "Forbidden", detail, sourceField: "spec.namespaces" };
}

/** Whether an approval lets a namespace use its models. Without labels only the name can tell. */
export function isForNamespace(
  { names, selector }: NonNullable<Approval["namespaces"]>,
  namespace: string,
  labels: Labels | undefined,
): boolean {
  if (names === undefined && selector === undefined) return true;
  if (names?.includes(namespace)) return true;
  if (selector === undefined) return false;
  return selectsEverything(selector) || (labels !== undefined && selects(selector, labels));
}

function clearedForData({ dataClassifications }: Approval, { dataClassification = [] }: Model): Refusal | undefined {
  if (dataClassifications === undefined) return undefined;
  const given = dataClassification.find((dataClass) => !dataClassifications.includes(dataClass));
  if (given === undefined) return undefined;
  const detail = `must hold nothing but ${enumeration(dataClassifications)}`;
  const sourceField = "spec.dataClassifications";
  return { field: "dataClassification", kind: "Invalid value", given, detail, sourceField };
}

/** The values that an approval takes, and its field that says so. */
interface List<T extends readonly string[] | undefined> {
  readonly allowed: T;
  readonly sourceField: string;
}

function onList(
  field: CoverageField,
  given: string | undefined,
  { allowed, sourceField }: List<readonly string[] | undefined>,
): Refusal | undefined {
  if (allowed === undefined) return undefined;
  if (given === undefined) return missing(field, `be ${alternatives(allowed)}`, sourceField);
  return allowed.includes(given) ? undefined : unsupported(field, given, { allowed, sourceField });
}

function missing(field: CoverageField, what: string, sourceField: string): Refusal {
  return { field, kind: "Required value", detail: `must be given and ${what}`, sourceField };
}

function unsupported(field: CoverageField, given: string, list: List<readonly string[]>): Refusal {
  const { allowed, sourceField } = list;
  return { field, kind: "Unsupported value", given, detail: `must be ${alternatives(allowed)}`, sourceField };
}
