import { type ModelConfig, modelConfig } from "#api/kinds/model-config.ts";
import { compareNames } from "#policy/name-order.ts";
import { isTerminating } from "#review/terminating.ts";
import { actionOf } from "#validate/judge.ts";
import type { Part } from "#validate/part.ts";
import { unapprovedModel } from "#validate/rules/unapproved-model.ts";
import { approvalState } from "./approval-state.ts";
import type { Candidate } from "./choice.ts";
import type { Fault } from "./fault.ts";
import type { Gathering, JudgedGateway } from "./gathering.ts";
import type { JudgedObject } from "./judge-object.ts";
import type { PartForms } from "./last-good.ts";
import { secretFaultsOfModel } from "./secret-faults.ts";

type ModelForm = PartForms["model"];

/** The models of a gateway, by name: those that it writes itself, and those that it has from ModelConfigs. */
export function modelCandidates(gateway: JudgedGateway, gathering: Gathering): readonly Candidate<"model">[] {
  const { judged } = gateway;
  const written = judged.parts.models.map((part) => source(part, gateway, gathering));
  const unreadable = gateway
    .unreadable("models")
    .map(({ path, name, faults }): Source => ({ owner: gateway.owner, name, path, form: undefined, faults, judged }));
  return [...written, ...unreadable]
    .map((each) => candidateOf(each, gathering))
    .sort((one, other) => compareNames(one.name, other.name));
}

/** Where a model is written, and what is wrong with it there. */
interface Source {
  readonly owner: Candidate["owner"];
  readonly name: string;
  readonly path: string;
  readonly form: ModelForm | undefined;
  readonly faults: readonly Fault[];
  /** The object that it is judged in. */
  readonly judged: JudgedObject;
}

function source(part: Part<"model">, gateway: JudgedGateway, gathering: Gathering): Source {
  const { name, modelRef, ...form } = part.value;
  const { owner, judged } = gateway;
  const faults = [...judged.faults, ...(judged.partFaults.get(part.path) ?? [])];
  if (!modelRef) return { owner, name, path: part.path, form, faults, judged };
  const config = gathering.inputs.modelConfigs.get(modelRef.name);
  if (!config || isTerminating(config)) {
    const message = `${part.path}.modelRef.name: ModelConfig '${modelRef.name}' must be in the gateway's namespace`;
    const missing = { reason: "InvalidReference", message, rules: ["unresolved-reference"] };
    return { owner, name, path: part.path, form: undefined, faults: [...faults, missing], judged };
  }
  return { ...sharedSource(config, gathering), name, faults: [...faults, ...faultsOfShared(config, gathering)] };
}

function sharedSource(config: ModelConfig, gathering: Gathering): Omit<Source, "name" | "faults"> {
  const judged = gathering.judge(modelConfig, config);
  const { name = "" } = config.metadata;
  const part = judged.parts.models[0];
  const { name: _, modelRef: __, ...form } = part?.value ?? { name };
  return { owner: { kind: modelConfig.kind, name }, path: "spec", form, judged };
}

function faultsOfShared(config: ModelConfig, gathering: Gathering): readonly Fault[] {
  const { faults, partFaults } = gathering.judge(modelConfig, config);
  return [...faults, ...(partFaults.get("spec") ?? [])];
}

function candidateOf({ owner, name, path, form, faults, judged }: Source, gathering: Gathering): Candidate<"model"> {
  const { inputs, kept } = gathering;
  const keptForm = kept.model.get(name);
  const isRequired = actionOf(unapprovedModel, judged.policy) === "Deny";
  const isOver = isRequired && keptForm !== undefined && standingOf(name, keptForm, gathering) === "retired";
  return {
    kind: "model",
    owner,
    name,
    path,
    id: name,
    current: form,
    faults: form
      ? [...faults.map((fault) => dated(fault, name, form, gathering)), ...secretFaultsOfModel(form, inputs.secrets)]
      : faults,
    kept: keptForm,
    keptFault: isOver ? RETIRED : keptForm && secretFaultsOfModel(keptForm, inputs.secrets)[0],
    isOver,
  };
}

const RETIRED: Fault = {
  reason: "ModelRetired",
  message: "must be replaced: the model has been retired",
  rules: [unapprovedModel.id],
};

/** Says of a model without approval what became of the one that it had. */
function dated(fault: Fault, name: string, form: ModelForm, gathering: Gathering): Fault {
  if (!fault.rules.includes(unapprovedModel.id)) return fault;
  const standing = standingOf(name, form, gathering);
  if (standing === "retired") return { ...fault, reason: RETIRED.reason };
  return standing === "expired" ? { ...fault, reason: "ApprovalExpired" } : fault;
}

function standingOf(name: string, form: ModelForm, { inputs }: Gathering) {
  const { lookup, now, gateway } = inputs;
  return approvalState({ name, ...form }, { lookup, now, namespace: gateway.metadata.namespace ?? "" });
}
