import type { RelativePath } from "#api/field-path.ts";
import type { ConfigFault } from "./config-faults.ts";

/** A fault of settings, with what else it rests on. */
export interface SettingFault extends ConfigFault {
  /** Other fields that it rests on. */
  readonly read?: readonly RelativePath[];
  readonly advice?: true;
}

type Settings = Readonly<Record<string, unknown>>;

/**
 * What no schema can say of settings that let clients in. Values of the wrong type
 * are passed over. `base` is where in the part the settings stand.
 */
export function accessListFaults(settings: Settings, base: RelativePath): readonly SettingFault[] {
  return [...unclearMode(settings, base), ...idleLists(settings, base)];
}

const LISTS = ["consumers", "groups", "allowedModels"];

/** An empty list means everybody to some gateways and nobody to others (LiteLLM, Bifrost), so the mode must say which. */
function unclearMode(settings: Settings, base: RelativePath): readonly SettingFault[] {
  const mode = own(settings, "mode");
  const lists = LISTS.map((field) => own(settings, field)).filter((list) => Array.isArray(list));
  const filled = lists.some((list) => list.length > 0);
  const at = [...base, "mode"];
  const read = [...LISTS, "jwt"].map((field) => [...base, field]);
  if (mode === undefined && (lists.some((list) => list.length === 0) || !(filled || own(settings, "jwt")))) {
    const detail = "must be 'allowAll', 'denyAll' or 'allowList' where a list is empty or none is given";
    return [{ at, kind: "Required value", detail, read }];
  }
  if (mode === "allowList" && !filled) {
    const detail = "must be 'allowAll' or 'denyAll' where no list has an item";
    return [{ at, kind: "Invalid value", detail, read }];
  }
  return [];
}

function idleLists(settings: Settings, base: RelativePath): readonly SettingFault[] {
  if (own(settings, "mode") !== "allowAll") return [];
  return ["consumers", "groups"].flatMap((field): readonly SettingFault[] => {
    const list = own(settings, field);
    if (!Array.isArray(list) || list.length === 0) return [];
    const detail = "must be empty when `mode` is 'allowAll', which lets everybody in";
    return [{ at: [...base, field], kind: "Forbidden", detail, read: [[...base, "mode"]], advice: true }];
  });
}

/** Never what the prototype has. */
export function own(settings: Settings, field: string): unknown {
  return Object.hasOwn(settings, field) ? settings[field] : undefined;
}
