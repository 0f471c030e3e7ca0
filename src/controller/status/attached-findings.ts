import { kindByName } from "#api/kinds.ts";
import type { KubernetesObject } from "#api/object-meta.ts";
import { referencesOf } from "#policy/references.ts";
import type { StoredKind } from "#policy/stored-objects.ts";
import { judgeObject } from "../effective/judge-object.ts";
import type { AttachedFindings } from "./attached-verdicts.ts";
import type { PartReports } from "./part-reports.ts";
import type { Circumstances } from "./told.ts";

/** Gathers what there is to say of an object beside gateways: judged as for a gateway, with its defaults. */
export function attachedFindings(
  kind: StoredKind,
  object: KubernetesObject,
  partReports: Pick<PartReports, "of">,
  { facts, now }: Circumstances,
): AttachedFindings {
  const { namespace = "", name = "" } = object.metadata;
  const described = kindByName.get(kind);
  if (!described) throw new Error(`${kind} is no kind of ours`);
  const { faults, partFaults } = judgeObject(described, { ...object, kind }, { lookup: facts, now: now.getTime() });
  const objects = facts.objectsIn(namespace);
  const served = objects.get(kind, name);
  const references = served ? referencesOf(kind, served) : [];
  return {
    faults: [...faults, ...Array.from(partFaults.values()).flat()],
    missing: references.filter((reference) => objects.get(reference.kind, reference.name) === undefined),
    reports: partReports.of(kind, namespace, name),
  };
}

/** How many AIGatewayConfigs refer to a ModelConfig. */
export function gatewaysUsing(config: KubernetesObject, { facts }: Circumstances): number {
  const { namespace = "", name = "" } = config.metadata;
  let count = 0;
  for (const { kind } of facts.objectsIn(namespace).usersOf("ModelConfig", name))
    if (kind === "AIGatewayConfig") count += 1;
  return count;
}

/** How many routes refer to a template: those of gateways, and AIRoutes. */
export function routesUsing(template: KubernetesObject, { facts }: Circumstances): number {
  const { namespace = "", name = "" } = template.metadata;
  const objects = facts.objectsIn(namespace);
  let count = 0;
  for (const user of objects.usersOf("PromptTemplate", name)) {
    const routes = objects.get("AIGatewayConfig", user.name)?.spec.routes ?? [];
    if (user.kind === "AIRoute") count += 1;
    else count += routes.filter(({ promptTemplateRef }) => promptTemplateRef?.name === name).length;
  }
  return count;
}
