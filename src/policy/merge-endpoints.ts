import { CLUSTER_LOCAL, type ClusterLocal } from "#api/kinds/ai-gateway-policy.ts";
import type { EffectivePolicy, Sourced } from "./effective-policy.ts";
import type { Opinion } from "./opinion.ts";
import { type IsTighter, namedBy, tightest } from "./tightest.ts";

/** Which endpoints all policies allow; where nobody says anything, what is safe. */
export function mergeEndpoints(ordered: readonly Opinion[]): EffectivePolicy["endpoints"] {
  const allowHTTP = namedBy(ordered, ({ endpoints }) => endpoints.allowHTTP);
  const allowPrivate = namedBy(ordered, ({ endpoints }) => endpoints.allowPrivate);
  const allowClusterLocal = namedBy(ordered, ({ endpoints }) => endpoints.allowClusterLocal);
  return {
    allowHTTP: tightest(allowHTTP, isRefusal) ?? builtIn(false),
    allowPrivate: tightest(allowPrivate, isRefusal) ?? builtIn(false),
    allowClusterLocal: tightest(allowClusterLocal, isNarrower) ?? builtIn("OwnNamespace"),
    allowedHosts: namedBy(ordered, ({ endpoints }) => endpoints.allowedHosts),
  };
}

const isRefusal: IsTighter<boolean> = (candidate, than) => than && !candidate;

const isNarrower: IsTighter<ClusterLocal> = (candidate, than) =>
  CLUSTER_LOCAL.indexOf(candidate) < CLUSTER_LOCAL.indexOf(than);

/** What holds where no policy has an opinion. */
function builtIn<T>(value: T): Sourced<T> {
  return { value, source: "built-in" };
}
