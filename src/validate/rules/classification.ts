import type { RelativePath } from "#api/field-path.ts";
import type { ApprovedModel } from "#api/kinds/approved-model.ts";
import { sourceOf, uncleared } from "#policy/covering-approvals.ts";
import { enumeration } from "#policy/words.ts";
import { approvalsOfModel, coverageRead } from "../approvals-of-model.ts";
import type { Part } from "../part.ts";
import { type ReachedModel, reachedModels } from "../reached-models.ts";
import { type Facts, type Finding, HOLDS, type Rule } from "../rule.ts";

export const classification: Rule = {
  id: "classification",
  claim:
    "A model that an approval otherwise covers is given, by itself or as a fallback, only the classes of data that the approval clears its provider and region for.",
  why: "Personal or restricted data leaves for a provider or a country where it must not be, most often at night, when a fallback takes over for the model that was cleared.",
  judgesBy: ["ApprovedModel.spec.dataClassifications", "ApprovedModel.spec.regions", "ApprovedModel.spec.provider"],
  action: "Deny",
  judges: { model: findInModel, route: findInRoute },
};

function findInModel(part: Part<"model">, facts: Facts): readonly Finding[] {
  const { dataClassification, modelRef } = part.value;
  if (modelRef !== undefined || dataClassification === undefined || dataClassification.length === 0) return HOLDS;
  const found = [...unclearedData(part, facts), ...unclearedFallbacks(part, [part], facts)];
  return found.length === 0 ? HOLDS : found;
}

/** What the model itself is said to be given. */
function unclearedData(part: Part<"model">, facts: Facts): readonly Finding[] {
  if (approvalsOfModel(part, facts).length > 0) return HOLDS;
  const refused = uncleared(facts.lookup, part.value, { namespace: facts.owner.namespace, now: facts.now });
  if (!refused) return HOLDS;
  const { source, refusals } = refused;
  const [{ given, detail, sourceField }] = refusals;
  const value = given === undefined ? {} : { value: given };
  const read = coverageRead(part.value);
  const asked = { detail, source, sourceField, absent: "ApprovedModel" } as const;
  return [{ part, at: CLASSES, kind: "Invalid value", ...value, ...asked, read }];
}

const CLASSES: RelativePath = ["dataClassification"];

/** Fallbacks of a route get what its targets get. */
function findInRoute(part: Part<"route">, facts: Facts): readonly Finding[] {
  const { fallbacks, targetModel, targets = [] } = part.value;
  if (fallbacks === undefined || fallbacks.length === 0) return HOLDS;
  const names = targetModel === undefined ? targets.map(({ model }) => model) : [targetModel];
  const givers = names.flatMap((name) => facts.owner.modelsByName.get(name) ?? []);
  const found = unclearedFallbacks(part, givers, facts);
  return found.length === 0 ? HOLDS : found;
}

/** Fallbacks, and theirs, that are covered themselves, but not for the data of a model that they stand in for. */
function unclearedFallbacks(part: Holder, givers: readonly Part<"model">[], facts: Facts): readonly Finding[] {
  const giving = givers.filter(({ value }) => classesOf(value).length > 0);
  if (giving.length === 0) return HOLDS;
  const found = new Map<number, Finding>();
  for (const reached of reachedModels(part, facts.owner)) {
    if (reached.model.value.modelRef !== undefined || found.has(reached.index)) continue;
    const approvals = approvalsOfModel(reached.model, facts);
    for (const giver of giving) {
      const approval = unclearing(approvals, classesOf(giver.value));
      if (approval) found.set(reached.index, refusal({ part, giver, reached, approval }));
    }
  }
  return found.size === 0 ? HOLDS : Array.from(found.values());
}

function classesOf({ dataClassification = NO_CLASSES }: Part<"model">["value"]): readonly string[] {
  return dataClassification;
}

type Holder = Part<"model"> | Part<"route">;
type Approvals = readonly ApprovedModel[];

const NO_CLASSES: readonly string[] = [];

/** The first of the approvals that cover a model, where none of them clears it for all of some classes. */
function unclearing(approvals: Approvals, given: readonly string[]): ApprovedModel | undefined {
  return approvals.some(({ spec }) => given.every((each) => clears(spec, each))) ? undefined : approvals[0];
}

function clears({ dataClassifications }: ApprovedModel["spec"], dataClass: string): boolean {
  return dataClassifications === undefined || dataClassifications.includes(dataClass);
}

interface Uncleared {
  readonly part: Holder;
  readonly giver: Part<"model">;
  readonly reached: ReachedModel;
  readonly approval: ApprovedModel;
}

function refusal({ part, giver, reached, approval }: Uncleared): Finding {
  const at = ["fallbacks", reached.index];
  const { model, by } = reached;
  return {
    part,
    at,
    kind: "Invalid value",
    value: part.value.fallbacks?.[reached.index],
    detail: detailOf(giver, reached, approval.spec),
    source: sourceOf(approval),
    sourceField: "spec.dataClassifications",
    absent: "ApprovedModel",
    read: part.kind === "route" ? [at, ["targetModel"], ["targets"]] : [at, CLASSES],
    collidesWith: [
      ...(giver === part ? [] : [{ part: giver, read: [CLASSES] }]),
      ...by.map((between) => ({ part: between, read: FALLBACKS })),
      { part: model, read: coverageRead(model.value) },
    ],
  };
}

const FALLBACKS: readonly RelativePath[] = [["fallbacks"]];

function detailOf(giver: Part<"model">, { model, by }: ReachedModel, approval: ApprovedModel["spec"]): string {
  const given = `${enumeration(classesOf(giver.value).filter((each) => !clears(approval, each)))}, as '${giver.value.name}' is`;
  const cleared = enumeration(approval.dataClassifications ?? NO_CLASSES);
  if (by.length === 0) return `must be a model that may be given ${given}, and not only ${cleared}`;
  return `must not lead on to '${model.value.name}', which may be given only ${cleared}, and not ${given}`;
}
