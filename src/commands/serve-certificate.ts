import type { Registry } from "prom-client";
import { type StoredSecret, textOf } from "#certificates/gather.ts";
import { SECRETS } from "#certificates/installation.ts";
import { KEYS } from "#certificates/stored-certificates.ts";
import type { ControlledCluster } from "#controller/controller.ts";
import { certificateMetrics } from "#observability/certificate-metrics.ts";
import type { Logger } from "#observability/logger.ts";
import { CertificateWatcher } from "#server/certificate-watcher.ts";
import { CurrentCertificate, type CurrentCertificateOptions } from "#server/current-certificate.ts";
import { developmentCertificate } from "#server/development-certificate.ts";
import { checkedPair, type TlsMaterial } from "#server/key-pair.ts";
import type { CertificateSettings, SelfManagedCertificate } from "./certificate-options.ts";
import { namespaceOf } from "./serve-keeper.ts";

/** The certificate of the admission port, wherever it comes from. */
export interface ServedCertificate extends Disposable {
  /** To begin with; undefined where it is still to be made. */
  readonly first: TlsMaterial | undefined;
  /** Follows changes until disposed of. */
  start(): void;
}

export interface ServedCertificateContext {
  readonly clientAuthorityFile: string | undefined;
  readonly cluster: ControlledCluster | undefined;
  readonly registry: Registry;
  readonly logger: Logger;
  /** Called with each but the first. */
  readonly onChange: (material: TlsMaterial) => void;
}

export async function servedCertificate(
  settings: CertificateSettings,
  { clientAuthorityFile, cluster, registry, logger, onChange }: ServedCertificateContext,
): Promise<ServedCertificate> {
  if (settings.from === "memory") {
    return { first: await developmentCertificate(), start: () => undefined, [Symbol.dispose]: () => undefined };
  }
  const metrics = certificateMetrics(registry);
  if (settings.from === "secret") {
    if (!cluster) throw new TypeError("a certificate in a Secret needs a cluster");
    return certificateInSecret(settings, cluster, { metrics, logger, onChange });
  }
  const { directory, dnsName } = settings;
  const watcher = new CertificateWatcher({ directory, dnsName, clientAuthorityFile, metrics, logger, onChange });
  return {
    first: await watcher.load(),
    start: () => watcher.start(),
    [Symbol.dispose]: () => watcher[Symbol.dispose](),
  };
}

/** Watched, since a mount tells of a change a minute late, and not at all before the Secret is made. */
function certificateInSecret(
  settings: SelfManagedCertificate,
  cluster: ControlledCluster,
  options: Omit<CurrentCertificateOptions, "origin">,
): ServedCertificate {
  const namespace = namespaceOf(settings, cluster);
  const origin = `${namespace}/${settings.secret}`;
  const { logger } = options;
  const dnsName = `${settings.service}.${namespace}.svc`;
  const current = new CurrentCertificate({ ...options, dnsName, origin: { secret: origin } });
  const stack = new DisposableStack();
  return {
    first: undefined,
    start: () => {
      const selection = { namespace, fieldSelector: `metadata.name=${settings.secret}` };
      const informer = cluster.informers.informer<StoredSecret>(SECRETS, { selection });
      informer.addHandler(
        async (change) => {
          if (change.type === "deleted") {
            logger.warn({ secret: origin }, "the Secret of the certificate was deleted; the one in use stays in use");
            return;
          }
          const { [KEYS.leaf]: certificate = "", [KEYS.leafKey]: privateKey = "" } = textOf(change.object);
          const isYetToBeMade = certificate === "";
          if (!isYetToBeMade) await current.renew(() => checkedPair(origin, { certificate, privateKey }));
        },
        { name: "certificate" },
      );
      const timer = setInterval(() => current.tellStanding(), LOOK_MILLISECONDS);
      stack.defer(() => clearInterval(timer));
    },
    [Symbol.dispose]: () => stack.dispose(),
  };
}

/** How often it is looked at whether the certificate in use has come near its end. */
const LOOK_MILLISECONDS = 10_000;
