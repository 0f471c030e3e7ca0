import { valueAt } from "#api/field-path.ts";
import type { Kind } from "#api/kind.ts";
import { aiGatewayConfig } from "#api/kinds/ai-gateway-config.ts";
import type { KubernetesObject } from "#api/object-meta.ts";
import type { Candidate } from "./choice.ts";
import type { Fault } from "./fault.ts";
import { formsThatMayRun } from "./forms-that-may-run.ts";
import type { GatewayInputs } from "./gateway-inputs.ts";
import { type JudgedObject, judgeObject } from "./judge-object.ts";
import { type LastGood, NOTHING_GOOD } from "./last-good.ts";

/** What candidates are gathered from. */
export interface Gathering {
  readonly inputs: GatewayInputs;
  readonly kept: LastGood["forms"];
  /** Each object is judged once. */
  readonly judge: (kind: Kind, object: KubernetesObject) => JudgedObject;
  /** All that have been judged. */
  readonly judged: ReadonlyMap<KubernetesObject, JudgedObject>;
}

export function gatheringOf(inputs: GatewayInputs): Gathering {
  const judged = new Map<KubernetesObject, JudgedObject>();
  const judge: Gathering["judge"] = (kind, object) => {
    const known = judged.get(object);
    if (known) return known;
    const verdict = judgeObject(kind, object, inputs);
    judged.set(object, verdict);
    return verdict;
  };
  const { lastGood = NOTHING_GOOD, gatewayClass, gateway } = inputs;
  const { policy } = judge(aiGatewayConfig, gateway);
  return { inputs, kept: formsThatMayRun(lastGood, gatewayClass, policy), judged, judge };
}

/** The gateway's own object. */
export interface JudgedGateway {
  readonly owner: Candidate["owner"];
  readonly judged: JudgedObject;
  /** Items of a list whose shape is so wrong that they are no parts. */
  readonly unreadable: (list: "models" | "routes" | "policies") => readonly Unreadable[];
}

interface Unreadable {
  readonly path: string;
  /** As far as it can be read. */
  readonly name: string;
  readonly faults: readonly Fault[];
}

export function judgedGateway(gathering: Gathering): JudgedGateway {
  const { gateway } = gathering.inputs;
  const judged = gathering.judge(aiGatewayConfig, gateway);
  const owner = { kind: aiGatewayConfig.kind, name: gateway.metadata.name ?? "" };
  return {
    owner,
    judged,
    unreadable(list) {
      const found: Unreadable[] = [];
      if (judged.partFaults.size === 0) return found;
      const read = new Set(judged.parts[list].map(({ path }) => path));
      for (const [path, faults] of judged.partFaults) {
        if (!path.startsWith(`spec.${list}[`) || read.has(path)) continue;
        const index = Number(path.slice(path.indexOf("[") + 1, -1));
        const name = valueAt(gateway, ["spec", list, index, list === "routes" ? "path" : "name"]);
        found.push({ path, name: typeof name === "string" ? name : "", faults: [...judged.faults, ...faults] });
      }
      return found;
    },
  };
}
