import { setTimeout } from "node:timers/promises";
import { Registry } from "prom-client";
import { KINDS } from "#api/kinds.ts";
import { AdmissionMetrics } from "#observability/admission-metrics.ts";
import { certificateMetrics } from "#observability/certificate-metrics.ts";
import { eventLoopMetrics } from "#observability/event-loop-metrics.ts";
import { createLogger, type Logger } from "#observability/logger.ts";
import { Readiness } from "#observability/readiness.ts";
import { FactIndex } from "#policy/fact-index.ts";
import { reviewMutation, reviewValidation } from "#review/admission.ts";
import { AdmissionServer } from "#server/admission-server.ts";
import { CertificateWatcher } from "#server/certificate-watcher.ts";
import { developmentCertificate } from "#server/development-certificate.ts";
import { CertificateError, type KeyPair } from "#server/key-pair.ts";
import { ListenError } from "#server/listen.ts";
import { PlainServer } from "#server/plain-server.ts";
import { probes } from "#server/probes.ts";
import { DirectoryError, ObjectDirectory } from "#source/object-directory.ts";
import { acceptFacts } from "./accept-facts.ts";
import type { CommandContext } from "./command.ts";
import type { ServeSettings } from "./serve-settings.ts";
import { standaloneRoutes } from "./standalone-routes.ts";
import { UsageError } from "./usage-error.ts";
import { whatToTry } from "./what-to-try.ts";

/** Serves until the signal: everything that is started here is stopped here. */
export async function runServers(settings: ServeSettings, context: CommandContext): Promise<void> {
  try {
    await serveUntilAborted(settings, context);
  } catch (error) {
    const isUsersToMend =
      error instanceof ListenError || error instanceof CertificateError || error instanceof DirectoryError;
    throw isUsersToMend ? new UsageError(error.message, { cause: error }) : error;
  }
}

async function serveUntilAborted(settings: ServeSettings, { signal, print }: CommandContext): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const logger = createLogger(settings.logLevel);
  const registry = new Registry();
  const readiness = new Readiness();
  stack.use(eventLoopMetrics(registry));

  const facts = new FactIndex();
  const objects = stack.use(objectDirectory(settings.objects, facts, logger));
  const objectsClaim = readiness.claim("objects");
  const certificateClaim = readiness.claim("certificate");

  const routes = settings.isStandalone ? [standaloneRoutes(facts)] : [];
  const plain = stack.use(new PlainServer({ routers: [probes(readiness, registry), ...routes], logger }));
  const plainPort = await plain.listen(settings.plain);

  await objects.load();
  objects.start();
  objectsClaim.handBack();

  // The watcher is there before the server, since a server cannot be made without a certificate.
  let server: AdmissionServer | undefined;
  const watcher = certificateWatcher(settings, registry, logger, (pair) => server?.useCertificate(pair));
  const certificate = await (watcher?.load() ?? developmentCertificate());
  certificateClaim.handBack();

  const metrics = new AdmissionMetrics(
    registry,
    KINDS.map(({ kind }) => kind),
  );
  const now = () => ({ lookup: facts, now: Date.now() });
  server = stack.use(
    new AdmissionServer({
      certificate,
      readiness,
      metrics,
      logger,
      webhooks: [
        { path: "/mutate", mayPatch: true, review: (request) => reviewMutation(request, now()) },
        { path: "/validate", mayPatch: false, review: (request) => reviewValidation(request, now()) },
      ],
    }),
  );
  const port = await server.listen(settings.admission);
  if (watcher) stack.use(watcher).start();

  const admission = { ...settings.admission, port };
  logger.info({ admission, plain: { ...settings.plain, port: plainPort }, objects: settings.objects }, "ready");
  if (settings.isStandalone) print(whatToTry(settings, admission, { ...settings.plain, port: plainPort }));

  await aborted(signal);
  logger.info({ delayMilliseconds: settings.shutdownDelayMilliseconds }, "draining");
  server.beginDraining();
  await setTimeout(settings.shutdownDelayMilliseconds);
}

function objectDirectory(directory: string, facts: FactIndex, logger: Logger): ObjectDirectory {
  return new ObjectDirectory({
    directory,
    accept: (documents) => acceptFacts(facts, documents),
    onReload: (failed) => {
      if (failed)
        logger.error({ faults: failed.message.split("\n") }, "objects not reloaded; those before stay in force");
      else logger.info({ directory }, "objects reloaded");
    },
    onTrouble: (reason) => logger.warn({ directory, reason }, "no events of object files; polling"),
  });
}

function certificateWatcher(
  { certificateDirectory: directory }: ServeSettings,
  registry: Registry,
  logger: Logger,
  onChange: (pair: KeyPair) => void,
): CertificateWatcher | undefined {
  if (directory === undefined) return undefined;
  return new CertificateWatcher({ directory, metrics: certificateMetrics(registry), logger, onChange });
}

function aborted(signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (signal.aborted) resolve();
  else signal.addEventListener("abort", () => resolve(), { once: true });
  return promise;
}
