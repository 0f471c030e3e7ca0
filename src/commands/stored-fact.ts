import { kindByName } from "#api/kinds.ts";
import type { FactForm, FactObject } from "#cluster/fact-handler.ts";
import type { GovernedObject } from "#validate/part.ts";
import { shapeViolations } from "#validate/shape-violations.ts";
import { storedForm } from "#validate/stored-form.ts";

/**
 * What can be read of a stored object. Beside its shape only what has no meaning
 * is wrong with it: what else the rules say is its author's to know, and no reason
 * to hold on to an older one.
 */
export function storedFact(object: FactObject): FactForm {
  const kind = kindByName.get(object.kind);
  if (!kind) return GOOD;
  const shape = shapeViolations(kind, object, undefined);
  if (shape.length > 0) return { faults: shape.map(({ path, message }) => `${path}: ${message}`) };
  if (kind.scope === "Namespaced") return GOOD;
  const { inForce, faults } = storedForm(object as unknown as GovernedObject);
  return faults.length === 0 ? GOOD : { faults, makeshift: inForce as unknown as FactObject };
}

const GOOD: FactForm = { faults: [] };
