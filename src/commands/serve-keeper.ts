import { randomUUID } from "node:crypto";
import type { Registry } from "prom-client";
import { CertificateKeeper } from "#certificates/certificate-keeper.ts";
import { type InstallationObjects, SECRETS, WEBHOOK_CONFIGURATIONS } from "#certificates/installation.ts";
import type { ControlledCluster } from "#controller/controller.ts";
import { SYSTEM_CLOCK } from "#kube/clock.ts";
import { guardedClient } from "#kube/guarded-client.ts";
import { LeaderElector } from "#kube/leader-election.ts";
import type { LeaderElectionMetrics } from "#kube/leader-election-metrics.ts";
import type { ResourceType, Selection } from "#kube/resource.ts";
import type { Logger } from "#observability/logger.ts";
import { RenewalMetrics } from "#observability/renewal-metrics.ts";
import type { CertificateSettings, SelfManagedCertificate } from "./certificate-options.ts";

export interface KeeperContext {
  readonly cluster: ControlledCluster | undefined;
  /** Which process this is, for others: the Pod's name. */
  readonly identity: string;
  readonly registry: Registry;
  readonly election: LeaderElectionMetrics;
  readonly logger: Logger;
  /** Aborted when the process is asked to end. */
  readonly signal: AbortSignal;
}

/**
 * Campaigns for the lease of the certificates, and looks after them while it leads. It is
 * a lease of its own: the first certificate must not wait for a controller of an earlier
 * configuration, which leads on until servers with a certificate have taken its place.
 */
export function startKeeper(settings: CertificateSettings, context: KeeperContext): AsyncDisposable {
  const { cluster } = context;
  const stop = new AbortController();
  const running =
    settings.from === "secret" && cluster
      ? campaign(settings, cluster, { ...context, signal: AbortSignal.any([context.signal, stop.signal]) })
      : Promise.resolve();
  return {
    [Symbol.asyncDispose]: async () => {
      stop.abort(new Error("Gatehouse ends"));
      await running;
    },
  };
}

/** Where the Secret and the Service are. */
export function namespaceOf(settings: Pick<SelfManagedCertificate, "namespace">, cluster: ControlledCluster): string {
  return settings.namespace ?? cluster.namespace ?? "default";
}

async function campaign(
  settings: SelfManagedCertificate,
  cluster: ControlledCluster,
  { identity, registry, election, logger, signal }: KeeperContext,
): Promise<void> {
  const namespace = namespaceOf(settings, cluster);
  const { secret, service, webhookConfigurations } = settings;
  const objects = { namespace, secret, service, webhookConfigurations };
  const metrics = new RenewalMetrics(registry);
  const elector: LeaderElector = new LeaderElector({
    client: cluster.leaseClient,
    lease: { namespace, name: secret },
    identity: `${identity}_${randomUUID()}`,
    clock: SYSTEM_CLOCK,
    logger,
    metrics: election,
    onStartedLeading: async (term) => {
      const keeper = new CertificateKeeper({
        client: guardedClient(cluster.client, elector),
        objects,
        rules: { ...settings, dnsNames: [`${service}.${namespace}.svc`] },
        clock: SYSTEM_CLOCK,
        logger: logger.child({ part: "certificates" }),
        metrics,
      });
      const registrations = watched(objects).map(([type, selection]) =>
        cluster.informers.informer(type, { selection }).addHandler(() => keeper.wake(), { name: "certificate-keeper" }),
      );
      await keeper.run(term);
      await Promise.all(registrations.map((registration) => registration.remove()));
    },
  });
  await elector.run(signal);
}

function watched({
  namespace,
  secret,
  webhookConfigurations,
}: InstallationObjects): readonly (readonly [ResourceType, Selection])[] {
  return [
    [SECRETS, { namespace, fieldSelector: `metadata.name=${secret}` }],
    ...WEBHOOK_CONFIGURATIONS.map(
      (type) => [type, { fieldSelector: `metadata.name=${webhookConfigurations}` }] as const,
    ),
  ];
}
