import type { Registry } from "prom-client";
import { clusterFacts } from "#cluster/cluster-facts.ts";
import { clusterInformers, type InformersMetrics, informersMetrics } from "#cluster/cluster-informers.ts";
import type { Kept } from "#cluster/fact-types.ts";
import type { ControlledCluster } from "#controller/controller.ts";
import { ClientMetrics } from "#kube/client-metrics.ts";
import { SYSTEM_CLOCK } from "#kube/clock.ts";
import { ClusterClient } from "#kube/cluster-client.ts";
import { connect } from "#kube/connect.ts";
import type { Logger } from "#observability/logger.ts";
import type { Readiness } from "#observability/readiness.ts";
import type { FactIndex } from "#policy/fact-index.ts";
import { ObjectDirectory } from "#source/object-directory.ts";
import type { FileFacts } from "./file-facts.ts";
import type { ClusterSettings, FactSettings } from "./serve-settings.ts";
import { storedFact } from "./stored-fact.ts";
import { programVersion } from "./version.ts";

/** What keeps the index filled, until it is disposed of. */
export interface FactSource extends AsyncDisposable {
  /** A folder, or the host of an API server. */
  readonly origin: string;
  /** Whether the index learns of a change some time after whoever made it was told that it is done. */
  readonly lags: boolean;
  /** Resolves when the index was filled for the first time; never rejects. */
  readonly filled: Promise<void>;
  /** Why the index says nothing yet. */
  unavailable(): string | undefined;
  /** What a controller needs, where there is a cluster. */
  readonly cluster?: {
    readonly controlled: ControlledCluster;
    readonly informersMetrics: InformersMetrics;
  };
}

export interface FactSourceContext {
  readonly facts: FactIndex;
  /** Of a cluster's objects. */
  readonly kept: Kept;
  /** Over the same index. */
  readonly files: FileFacts;
  readonly readiness: Readiness;
  readonly registry: Registry;
  readonly logger: Logger;
}

/** Fills the index from files, which are read when this resolves, or from a cluster, which may take its time. */
export function startFacts(settings: FactSettings, context: FactSourceContext): Promise<FactSource> {
  return settings.from === "files" ? factsOfFiles(settings.directory, context) : factsOfCluster(settings, context);
}

async function factsOfFiles(directory: string, { files, readiness, logger }: FactSourceContext): Promise<FactSource> {
  const claim = readiness.claim("objects");
  const objects = new ObjectDirectory({
    directory,
    accept: (documents) => files.accept(documents),
    onReload: (failed) => {
      if (failed)
        logger.error({ faults: failed.message.split("\n") }, "objects not reloaded; those before stay in force");
      else logger.info({ directory }, "objects reloaded");
    },
    onTrouble: (reason) => logger.warn({ directory, reason }, "no events of object files; polling"),
  });
  await objects.load();
  objects.start();
  claim.handBack();
  return {
    origin: directory,
    lags: false, // nobody is told when a file was read
    filled: Promise.resolve(),
    unavailable: () => undefined,
    [Symbol.asyncDispose]: () => Promise.resolve(objects[Symbol.dispose]()),
  };
}

async function factsOfCluster(settings: ClusterSettings, context: FactSourceContext): Promise<FactSource> {
  const { facts, registry, logger } = context;
  const clock = SYSTEM_CLOCK;
  const connection = await connect({ ...settings, clock });
  const userAgent = `gatehouse/${await programVersion()}`;
  const clients = { connection, clock, userAgent, metrics: new ClientMetrics(registry) };
  const client = new ClusterClient(clients);
  const leaseClient = new ClusterClient(clients);
  const metrics = informersMetrics(registry);
  const informers = clusterInformers({ client, clock, logger, metrics });
  const cluster = clusterFacts({ ...context, informers, clock, formOf: storedFact });
  let isFilled = false;
  const stop = new AbortController();
  informers.start(stop.signal);
  const { namespace } = connection;
  return {
    origin: client.host,
    lags: true,
    filled: cluster.synced.then(() => void (isFilled = true)),
    unavailable: () =>
      isFilled ? undefined : `Gatehouse has not yet read ${cluster.missing().join(", ")} from the API server`,
    cluster: {
      controlled: { client, leaseClient, namespace, facts, clusterFacts: cluster, informers, userAgent },
      informersMetrics: metrics,
    },
    [Symbol.asyncDispose]: async () => {
      stop.abort(new Error("Gatehouse ends"));
      await informers.ended();
      leaseClient[Symbol.dispose]();
      client[Symbol.dispose]();
    },
  };
}
