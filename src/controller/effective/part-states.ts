import { withoutCredentials } from "#validate/credential.ts";
import { type ApprovalState, approvalState } from "./approval-state.ts";
import { type Choice, formOf } from "./choice.ts";
import type { PartState } from "./effective.ts";
import type { Fault } from "./fault.ts";
import type { Gathering } from "./gathering.ts";
import type { Choices } from "./judge-together.ts";

/** What became of each part, and of each object with a fault that is none of its parts'. */
export function partStates(choices: Choices, gathering: Gathering): readonly PartState[] {
  return [
    ...objectStates(gathering),
    ...choices.model.map((choice) => ({ ...stateOf(choice), ...approvalOf(choice, gathering) })),
    ...[choices.route, choices.policy, choices.limit, choices.template, choices.integration].flatMap(
      (list: readonly Choice[]) => list.filter(isWritten).map(stateOf),
    ),
  ];
}

/** All but what only last good forms need. */
function isWritten({ candidate: { current, faults } }: Choice): boolean {
  return current !== undefined || faults.length > 0;
}

function objectStates({ judged }: Gathering): readonly PartState[] {
  return Array.from(judged).flatMap(([{ kind, metadata }, { faults }]) => {
    const { name = "" } = metadata;
    const part = { kind: "object" as const, owner: { kind, name }, name, path: "" };
    return faults.length === 0 ? [] : [{ ...part, state: "Quarantined" as const, ...told(faults) }];
  });
}

function stateOf({ candidate, standing, faults }: Choice): PartState {
  const { kind, owner, name, path } = candidate;
  const part = { kind, owner, name, path };
  if (standing === "current") return { ...part, state: "Good" };
  return { ...part, state: standing === "kept" ? "LastGood" : "Quarantined", ...told(faults) };
}

function told(faults: readonly Fault[]): Pick<PartState, "reason" | "message" | "rules"> {
  const [first] = faults;
  if (!first) return {};
  const shown = faults.slice(0, MAX_TOLD).map(({ message }) => message);
  const others = faults.length - shown.length;
  return {
    reason: first.reason,
    message: withoutCredentials([...shown, ...(others > 0 ? [`and ${others} more`] : [])].join("; ")),
    rules: Array.from(new Set(faults.flatMap(({ rules }) => rules))),
  };
}

/** A condition should fit a screen. */
const MAX_TOLD = 3;

function approvalOf(choice: Choice<"model">, { inputs }: Gathering): Pick<PartState, "provider" | "approved"> {
  const form = formOf(choice) ?? choice.candidate.current;
  if (!form) return {};
  const { lookup, now, gateway } = inputs;
  const namespace = gateway.metadata.namespace ?? "";
  const standing: ApprovalState = approvalState({ name: choice.candidate.name, ...form }, { lookup, now, namespace });
  return {
    ...(form.provider !== undefined && { provider: form.provider }),
    approved: standing === "approved",
  };
}
