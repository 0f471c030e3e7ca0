import type { Choice } from "./choice.ts";
import type { Choices } from "./judge-together.ts";
import type { FormKind, LastGood, PartForms } from "./last-good.ts";

/**
 * What is to be kept: of each part that is still written somewhere the form that is
 * good now, or else the one that was good before, also while it cannot run for
 * want of a Secret. A part that its user took away is forgotten, and so is a model
 * that was retired.
 */
export function nextLastGood(choices: Choices, fitFor: string): LastGood {
  return {
    fitFor,
    forms: {
      model: formsToKeep(choices.model),
      route: formsToKeep(choices.route),
      policy: formsToKeep(choices.policy),
      limit: formsToKeep(choices.limit),
      template: formsToKeep(choices.template),
      integration: formsToKeep(choices.integration),
    },
  };
}

function formsToKeep<K extends FormKind>(choices: readonly Choice<K>[]): ReadonlyMap<string, PartForms[K]> {
  const forms = new Map<string, PartForms[K]>();
  for (const { candidate, standing } of choices) {
    const { id, current, kept, isOver = false } = candidate;
    const form = standing === "current" ? current : isOver ? undefined : kept;
    if (form !== undefined) forms.set(id, form);
  }
  return forms;
}
