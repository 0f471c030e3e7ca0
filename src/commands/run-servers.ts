import { setTimeout } from "node:timers/promises";
import { Registry } from "prom-client";
import { KINDS } from "#api/kinds.ts";
import { LiveStanding, type LiveStandingOptions } from "#certificates/live-standing.ts";
import type { ControlledCluster } from "#controller/controller.ts";
import { ClusterConfigurationError } from "#kube/cluster-connection.ts";
import { LeaderElectionMetrics } from "#kube/leader-election-metrics.ts";
import { AdmissionMetrics } from "#observability/admission-metrics.ts";
import { eventLoopMetrics } from "#observability/event-loop-metrics.ts";
import { createLogger } from "#observability/logger.ts";
import { Readiness } from "#observability/readiness.ts";
import { FactIndex } from "#policy/fact-index.ts";
import { reviewMutation, reviewValidation } from "#review/admission.ts";
import { AdmissionServer } from "#server/admission-server.ts";
import { CertificateError, type TlsMaterial } from "#server/key-pair.ts";
import { ListenError } from "#server/listen.ts";
import { PlainServer } from "#server/plain-server.ts";
import { probes } from "#server/probes.ts";
import { DirectoryError } from "#source/object-directory.ts";
import { compileSchemas } from "#validate/shape.ts";
import type { CommandContext } from "./command.ts";
import { FileFacts } from "./file-facts.ts";
import { servedCertificate } from "./serve-certificate.ts";
import { startController } from "./serve-controller.ts";
import { startFacts } from "./serve-facts.ts";
import { startKeeper } from "./serve-keeper.ts";
import { modelsToServe } from "./serve-models.ts";
import type { ServeSettings } from "./serve-settings.ts";
import { standaloneRoutes } from "./standalone-routes.ts";
import { UsageError } from "./usage-error.ts";
import { whatToTry } from "./what-to-try.ts";

/** Serves until the signal: everything that is started here is stopped here. */
export async function runServers(settings: ServeSettings, context: CommandContext): Promise<void> {
  try {
    await serveUntilAborted(settings, context);
  } catch (error) {
    throw isUsersToMend(error) ? new UsageError(error.message, { cause: error }) : error;
  }
}

function isUsersToMend(error: unknown): error is Error {
  return [ListenError, CertificateError, DirectoryError, ClusterConfigurationError].some(
    (kind) => error instanceof kind,
  );
}

async function serveUntilAborted(settings: ServeSettings, { signal, print }: CommandContext): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const logger = createLogger(settings.logLevel);
  const registry = new Registry();
  const readiness = new Readiness();
  stack.use(eventLoopMetrics(registry));

  const models = await modelsToServe(settings.modelDataFile, { registry, logger });
  const facts = new FactIndex(models, settings.controller?.controllerName);
  const files = new FileFacts(facts);
  let server: AdmissionServer | undefined;
  const certificateClaim = readiness.claim("certificate", () => server?.hasCertificateInForce ?? false);

  const routes = settings.isStandalone ? [standaloneRoutes(files)] : [];
  const plain = stack.use(new PlainServer({ routers: [probes(readiness, registry), ...routes], logger }));
  const plainPort = await plain.listen(settings.plain);

  const kept = settings.controller ? "whole" : "served";
  const source = stack.use(await startFacts(settings.facts, { facts, kept, files, readiness, registry, logger }));

  // It is there before the server, which begins with what there is.
  const { clientAuthorityFile } = settings;
  const cluster = source.cluster?.controlled;
  const standing = certificateStanding(settings, cluster, { certificate: () => server?.certificate, registry });
  const firstCertificate = Promise.withResolvers<void>();
  const onChange = (material: TlsMaterial) => {
    server?.useCertificate(material);
    standing?.tell();
    firstCertificate.resolve();
  };
  const certificate = stack.use(
    await servedCertificate(settings.certificate, { clientAuthorityFile, cluster, registry, logger, onChange }),
  );
  if (certificate.first) firstCertificate.resolve();
  certificateClaim.handBack();

  const metrics = new AdmissionMetrics(
    registry,
    KINDS.map(({ kind }) => kind),
  );
  const now = () => ({ lookup: facts, now: Date.now() });
  server = stack.use(
    new AdmissionServer({
      certificate: certificate.first,
      clientNames: settings.clientNames,
      readiness,
      unavailable: () => source.unavailable(),
      changes: source.lags ? facts : undefined,
      metrics,
      logger,
      webhooks: [
        { path: "/mutate", mayPatch: true, review: (request) => reviewMutation(request, now()) },
        { path: "/validate", mayPatch: false, review: (request) => reviewValidation(request, now()) },
      ],
    }),
  );
  compileSchemas(KINDS);
  const port = await server.listen(settings.admission);
  certificate.start();

  // From here on, as what admission keeps out needs no cleaning up. Its end, and so the next leader, waits for no drain.
  const election = new LeaderElectionMetrics(registry);
  stack.use(
    startController(settings.controller, source, { registry, election, logger, signal, certificate: standing }),
  );
  stack.use(
    startKeeper(settings.certificate, { cluster, identity: settings.identity, registry, election, logger, signal }),
  );

  const admission = { ...settings.admission, port };
  const modelData = facts.models && `${facts.models.source}, of ${facts.models.date}`;
  const plainAddress = { ...settings.plain, port: plainPort };
  const where = { admission, plain: plainAddress, [settings.facts.from]: source.origin, modelData };
  const isAborted = aborted(signal);
  if (source.unavailable() !== undefined) logger.info(where, "reading the cluster");
  if (server.certificate === undefined) logger.info(where, "waiting for the first certificate");
  await Promise.race([Promise.all([source.filled, firstCertificate.promise]), isAborted]);
  if (source.unavailable() === undefined && server.certificate !== undefined) logger.info(where, "ready");
  if (settings.isStandalone) print(whatToTry(source.origin, admission, where.plain));

  await isAborted;
  logger.info({ delayMilliseconds: settings.shutdownDelayMilliseconds }, "draining");
  server.beginDraining();
  await setTimeout(settings.shutdownDelayMilliseconds);
}

/** Looks how our certificate stands with webhook configurations, where it is said which. */
function certificateStanding(
  { webhookConfigurations: name }: ServeSettings,
  cluster: ControlledCluster | undefined,
  options: Pick<LiveStandingOptions, "certificate" | "registry">,
): LiveStanding | undefined {
  return name !== undefined && cluster
    ? new LiveStanding({ ...options, informers: cluster.informers, name })
    : undefined;
}

function aborted(signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (signal.aborted) resolve();
  else signal.addEventListener("abort", () => resolve(), { once: true });
  return promise;
}
