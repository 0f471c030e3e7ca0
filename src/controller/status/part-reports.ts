import { isDeepStrictEqual } from "node:util";
import { Buckets } from "#policy/buckets.ts";
import type { PartState } from "../effective/effective.ts";
import type { Verdict } from "./verdict.ts";

/** What a gateway says of its parts. */
export interface GatewayReport {
  readonly parts: readonly PartState[];
  readonly programmed: Pick<Verdict, "status" | "reason">;
}

/** What one gateway says of an object that stands beside it. */
export interface PartReport extends GatewayReport {
  /** Name, in the object's own namespace. */
  readonly gateway: string;
}

/** An object beside gateways was told something else than before. `key` is `namespace/name`. */
export type OnPartChange = (kind: string, key: string) => void;

/**
 * What gateways last said of the ModelConfigs, AIRoutes and others that they are put
 * together from. Kept in memory alone: whoever leads reconciles every gateway first.
 */
export class PartReports {
  readonly #onChange: OnPartChange;
  readonly #gateways = new Map<string, ReadonlyMap<string, PartReport>>();
  readonly #all = new Map<string, readonly PartState[]>();
  readonly #byObject = new Buckets<string>();

  constructor(onChange: OnPartChange) {
    this.#onChange = onChange;
  }

  /** Takes the place of what the gateway, by `namespace/name`, said before; answers with the parts of that. */
  take(gateway: string, report: GatewayReport): readonly PartState[] | undefined {
    const before = this.#all.get(gateway);
    this.#all.set(gateway, report.parts);
    this.#replace(gateway, byObject(gateway, report));
    return before;
  }

  /** The gateway is gone, or not ours any more. */
  forget(gateway: string): void {
    this.#all.delete(gateway);
    this.#replace(gateway, NOTHING);
  }

  /** By gateway's name. */
  of(kind: string, namespace: string, name: string): readonly PartReport[] {
    const object = `${kind}/${namespace}/${name}`;
    const gateways = Array.from(this.#byObject.get(object) ?? []).sort();
    return gateways.flatMap((gateway) => this.#gateways.get(gateway)?.get(object) ?? []);
  }

  #replace(gateway: string, reports: ReadonlyMap<string, PartReport>): void {
    const before = this.#gateways.get(gateway) ?? NOTHING;
    if (reports.size > 0) this.#gateways.set(gateway, reports);
    else this.#gateways.delete(gateway);
    for (const object of before.keys()) if (!reports.has(object)) this.#byObject.delete(object, gateway);
    for (const object of reports.keys()) this.#byObject.add(object, gateway);
    for (const object of new Set([...before.keys(), ...reports.keys()])) {
      if (isDeepStrictEqual(before.get(object), reports.get(object))) continue;
      const slash = object.indexOf("/");
      this.#onChange(object.slice(0, slash), object.slice(slash + 1));
    }
  }
}

const NOTHING: ReadonlyMap<string, PartReport> = new Map();

function byObject(gateway: string, { parts, programmed }: GatewayReport): ReadonlyMap<string, PartReport> {
  const [namespace = "", name = ""] = gateway.split("/");
  const beside = parts.filter(({ owner }) => owner.kind !== "AIGatewayConfig");
  const grouped = Map.groupBy(beside, ({ owner }) => `${owner.kind}/${namespace}/${owner.name}`);
  const { status, reason } = programmed;
  return new Map(
    Array.from(grouped, ([object, own]) => [object, { gateway: name, parts: own, programmed: { status, reason } }]),
  );
}
