import { valueAt } from "#api/field-path.ts";
import type { Answered } from "../admin/gateway-client.ts";
import { type Instance, jsonOf, textAt, type Unconfirmed, unexpected } from "./confirmation.ts";

/** What an Envoy's admin interface tells of the configuration that it took from files. */
export interface EnvoyState {
  readonly type: "state";
  /** `version_info` of the last file that each subscription took as a whole. */
  readonly clusters: string;
  readonly listeners: string;
  /** Undefined where routes stand in the listeners. */
  readonly routes: string | undefined;
  /** The same by name of a secret; secrets that nothing refers to are not read. */
  readonly secrets: ReadonlyMap<string, string>;
  /** Names of listeners that take no connections yet, while the old ones still do. */
  readonly waitingListeners: readonly string[];
  /** Clusters in the same state. Those that were refused stay among them, with their version. */
  readonly waitingClusters: readonly { readonly name: string; readonly version: string }[];
  /** What it says against listeners that it refused; taken back at the next file. */
  readonly errors: readonly string[];
}

/**
 * Versions are `version_text` of each subscription, in `/stats`. `/config_dump` does
 * not do for them: seen of 1.40.0, its `version_info` keeps the old version when
 * nothing in the file changed, shows the new one when a part of the file was
 * refused, and a listener that was updated in place keeps the old one for good.
 */
export async function envoyState(instance: Instance, prefix: string): Promise<EnvoyState | Unconfirmed> {
  const path = `${prefix}/stats?type=TextReadouts&filter=version_text&format=json`;
  const answers: Answered[] = [];
  for (const asked of [path, `${prefix}/config_dump?${LISTENERS}`, `${prefix}/config_dump?${CLUSTERS}`]) {
    const answer = await instance.get(asked);
    if (answer.type !== "answered") return answer;
    answers.push(answer);
  }
  const [stats, listeners, clusters] = answers.map(jsonOf);
  const versions = versionsIn(stats);
  const [ofClusters, ofListeners] = [versions.get("cluster_manager.cds"), versions.get("listener_manager.lds")];
  if (ofClusters === undefined || ofListeners === undefined) {
    return unexpected(instance, path, "without versions of clusters and listeners, both of which must come from files");
  }
  return {
    type: "state",
    clusters: ofClusters,
    listeners: ofListeners,
    routes: versions.get("http.gateway.rds.gateway"),
    secrets: new Map([...versions].flatMap(([name, version]) => secretOf(name, version))),
    ...waitingListenersIn(listeners),
    waitingClusters: itemsAt(clusters, "configs").map((cluster) => ({
      name: textAt(cluster, ["cluster", "name"]),
      version: textAt(cluster, ["version_info"]),
    })),
  };
}

/** Masks leave out the configuration itself, which may be long, and is nobody's business. */
const LISTENERS = "resource=dynamic_listeners&mask=name,warming_state.version_info,error_state.details";
const CLUSTERS = "resource=dynamic_warming_clusters&mask=version_info,cluster.name";

/** By subscription: `cluster_manager.cds`, `listener_manager.lds`, `sds.NAME`. */
function versionsIn(stats: unknown): ReadonlyMap<string, string> {
  const entries = itemsAt(stats, "stats").map((stat) => [textAt(stat, ["name"]), textAt(stat, ["value"])] as const);
  return new Map(entries.map(([name, value]) => [name.replace(/\.version_text$/, ""), value]));
}

function secretOf(subscription: string, version: string): readonly (readonly [name: string, version: string])[] {
  return subscription.startsWith("sds.") ? [[subscription.slice("sds.".length), version]] : [];
}

function waitingListenersIn(dump: unknown): Pick<EnvoyState, "waitingListeners" | "errors"> {
  const listeners = itemsAt(dump, "configs");
  const waiting = listeners.filter((listener) => valueAt(listener, ["warming_state"]) !== undefined);
  const errors = listeners.map((listener) => textAt(listener, ["error_state", "details"]));
  return {
    waitingListeners: waiting.map((listener) => textAt(listener, ["name"])),
    errors: errors.filter((details) => details !== "").map(lastLine),
  };
}

/** Before it may stand the whole of what was refused. */
function lastLine(details: string): string {
  return details.slice(details.lastIndexOf("\n") + 1).replace(/^\s*:?\s*/, "");
}

/** An empty list has no field at all in Envoy's JSON. */
function itemsAt(value: unknown, field: string): readonly unknown[] {
  const items = valueAt(value, [field]);
  return Array.isArray(items) ? items : [];
}
