import { plainText } from "#review/plain-text.ts";
import { endpointName } from "../admin/endpoint-name.ts";
import { CONFIRMED, type Echo, type Expected, quoted, type Unconfirmed } from "./confirmation.ts";
import { type EnvoyState, envoyState } from "./envoy-state.ts";
import { secretVersions } from "./secret-versions.ts";

/**
 * Envoy counts as its version the `version_info` of a file that it took: that of
 * clusters and of listeners has to be the hash, that of each secret what its file
 * says, and nothing of it may still be getting ready.
 */
export const askEnvoy: Echo = async (instance, expected) => {
  const prefix = (instance.path ?? "").replace(/\/(?:config_dump|stats)?$/, "");
  const state = await envoyState(instance, prefix);
  if (state.type !== "state") return state;
  const fault = faultOf(state, expected);
  if (!fault) return CONFIRMED;
  return { ...fault, message: `${endpointName(instance.base + prefix)}: ${fault.message}` };
};

function faultOf(state: EnvoyState, { hash, rendered }: Expected): Unconfirmed | undefined {
  if (state.clusters !== hash) return clustersFault(state, hash);
  if (state.listeners !== hash) return listenersFault(state, hash);
  if (state.routes !== undefined && state.routes !== hash)
    return differs(`has routes of ${quoted(state.routes)} instead of ${hash}`);
  for (const [name, version] of secretVersions(rendered)) {
    const running = state.secrets.get(statisticsName(name)) ?? version;
    if (running !== version)
      return differs(`secret ${quoted(name)} is that of ${quoted(running)} instead of ${version}`);
  }
  const [listener] = state.waitingListeners;
  if (listener !== undefined) return differs(`listener ${quoted(listener)} is not ready yet`);
  const [cluster] = state.waitingClusters;
  return cluster && differs(`cluster ${quoted(cluster.name)} is not ready yet`);
}

/** Its admin interface tells only which cluster it is. */
function clustersFault({ clusters, waitingClusters }: EnvoyState, hash: string): Unconfirmed {
  const refused = waitingClusters.find(({ version }) => version === hash);
  if (refused) return { type: "refused", message: `refuses cluster ${quoted(refused.name)}; its log says why` };
  return differs(`has clusters of ${quoted(clusters)} instead of ${hash}`);
}

/** Clusters are read first: those are the new ones, so that the errors are about the new listeners too. */
function listenersFault({ listeners, errors: [error] }: EnvoyState, hash: string): Unconfirmed {
  if (error !== undefined) {
    return { type: "refused", message: `refuses a listener: ${plainText(error, LONGEST_ERROR)}` };
  }
  return differs(`has listeners of ${quoted(listeners)} instead of ${hash}`);
}

/** Leaves room in a condition's message for what stands around it. */
const LONGEST_ERROR = 300;

function differs(message: string): Unconfirmed {
  return { type: "differs", message };
}

/** Envoy writes a colon in the name of a statistic so. */
function statisticsName(name: string): string {
  return name.replaceAll(":", "_");
}
