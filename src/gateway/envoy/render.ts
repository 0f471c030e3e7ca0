import type { AttachedPolicy } from "#api/kinds/attached-policy.ts";
import { canonicalJson } from "../canonical-json.ts";
import { circuitBreakerOf } from "../circuit-breaker.ts";
import type { EffectiveConfiguration, EffectiveModel } from "../effective-configuration.ts";
import { ordered } from "../ordered.ts";
import { textOf } from "../parameters.ts";
import type { Render } from "../rendering.ts";
import { upstreamOf } from "../upstream.ts";
import { bootstrapOf } from "./bootstrap.ts";
import { chainOf } from "./chains.ts";
import { chainCluster, keysClusterOf, modelCluster, oauthCluster } from "./clusters.ts";
import { gatewayListener, gatewayRoutes } from "./gateway-listener.ts";
import { modelListenerOf } from "./model-listener.ts";
import { chainsOf } from "./routes.ts";
import { type SecretResources, secretResources } from "./secrets.ts";
import { tokenChecksOf } from "./tokens.ts";
import { typed } from "./typed.ts";

/**
 * Envoy's files: `bootstrap.json` to start it with, and listeners, clusters and routes,
 * which it reads again whenever the kubelet swaps them, as it does the Secret's. Routes
 * have a file of their own, since a change of them then reaches clients that are
 * connected, while a listener's would have their connections drained. All of them are
 * to be in one folder, of a volume projected from ConfigMap and Secret: a listener whose
 * credential is not there yet is refused, and read again when it has come.
 */
export const renderEnvoy: Render = (unordered, { hash, secret, parameters, isConfidential }) => {
  const configuration = ordered(unordered);
  const directory = textOf(parameters, "configDirectory", "/etc/gatehouse");
  const secrets = secretResources({ hash, secret }, directory);
  const models = new Map(configuration.models.map((model) => [model.name, model]));
  const listeners = [
    gatewayListener(configuration, textOf(parameters, "listen", ":8080"), directory),
    ...configuration.models.map((model) => modelListenerOf(model, { secret, secrets })),
  ];
  const authorities = textOf(parameters, "authoritiesFile", "/etc/ssl/certs/ca-certificates.crt");
  const clusters = clustersOf(configuration, { models, secrets, authorities });
  const files = {
    "bootstrap.json": `${canonicalJson(bootstrapOf(directory, textOf(parameters, "adminListen", ":9901")), 1)}\n`,
    "lds.json": discovery(hash, "config.listener.v3.Listener", listeners),
    "cds.json": discovery(hash, "config.cluster.v3.Cluster", clusters),
    "rds.json": discovery(hash, "config.route.v3.RouteConfiguration", [gatewayRoutes(configuration, models)]),
  };
  return isConfidential ? { files: {}, secrets: { ...secrets.files, ...files } } : { files, secrets: secrets.files };
};

/** A line for each resource. */
const DEPTH = 2;

function discovery(hash: string, type: string, resources: readonly object[]): string {
  const response = { version_info: hash, resources: resources.map((resource) => typed(type, resource)) };
  return `${canonicalJson(response, DEPTH)}\n`;
}

interface ClusterScene {
  readonly models: ReadonlyMap<string, EffectiveModel>;
  readonly secrets: SecretResources;
  readonly authorities: string;
}

function clustersOf(configuration: EffectiveConfiguration, scene: ClusterScene): readonly object[] {
  const { models, secrets, authorities } = scene;
  const chains = configuration.routes.flatMap((route) => chainsOf(route, models)).map(({ chain }) => chain);
  const breakers = breakersByModel(configuration, models);
  return [
    ...new Map(chains.map((chain) => [chain.name, chainCluster(chain)])).values(),
    ...tokenChecksOf(configuration.policies).map((check) => keysClusterOf(check, scene)),
    ...configuration.models.flatMap((model) => {
      const own = { secrets, authorities, breaker: circuitBreakerOf([...(breakers.get(model.name) ?? [])]) };
      const upstream = upstreamOf(model.endpoint);
      const tokens = upstreamOf(model.auth?.oauth2?.tokenUrl);
      return [
        ...(upstream ? [modelCluster(model, upstream, own)] : []),
        ...(tokens ? [oauthCluster(model.name, tokens, own)] : []),
      ];
    }),
  ];
}

/** Of each model, the circuit breakers of the routes that lead to it, as a fallback too. */
function breakersByModel(
  { routes, policies }: EffectiveConfiguration,
  models: ReadonlyMap<string, EffectiveModel>,
): ReadonlyMap<string, ReadonlySet<AttachedPolicy>> {
  const found = new Map<string, Set<AttachedPolicy>>();
  for (const route of routes) {
    const names = new Set(route.policies);
    const applied = policies.filter(({ name, type }) => type === "circuitBreaker" && names.has(name));
    for (const { model } of applied.length > 0 ? route.targets : []) {
      for (const name of chainOf(model, route, models).models) {
        const known = found.get(name) ?? new Set();
        for (const policy of applied) known.add(policy);
        found.set(name, known);
      }
    }
  }
  return found;
}
