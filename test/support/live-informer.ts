import { Registry } from "prom-client";
import { ClientMetrics } from "#kube/client-metrics.ts";
import { SYSTEM_CLOCK } from "#kube/clock.ts";
import { ClusterClient } from "#kube/cluster-client.ts";
import type { ClusterConnection } from "#kube/cluster-connection.ts";
import { reflectCluster } from "#kube/reflect-cluster.ts";
import type { ReflectorOptions } from "#kube/reflector-options.ts";
import { keyOf, type Resource, type ResourceType, type Selection } from "#kube/resource.ts";
import { SharedInformer } from "#kube/shared-informer.ts";
import { createLogger } from "#observability/logger.ts";
import { poll } from "./control-plane/poll.ts";
import { ReplayingHandler } from "./replaying-handler.ts";

export interface LiveInformerOptions extends Partial<ReflectorOptions<Resource>> {
  readonly connection: ClusterConnection;
  readonly type: ResourceType;
  readonly selection: Selection;
}

/** An informer at work on a real API server over connections of its own, and what it and its handler have seen. */
export class LiveInformer implements AsyncDisposable {
  readonly client: ClusterClient;
  readonly informer: SharedInformer<Resource>;
  readonly handler: ReplayingHandler<Resource>;
  /** What the reflector reported. */
  readonly errors: unknown[] = [];
  readonly #registry = new Registry();
  readonly #stop = new AbortController();
  readonly #ended: Promise<void>;

  constructor({ connection, type, selection, ...options }: LiveInformerOptions) {
    const { clock = SYSTEM_CLOCK, metadataOnly = false } = options;
    const metrics = new ClientMetrics(this.#registry);
    this.client = new ClusterClient({ connection, clock, userAgent: "live-informer", metrics });
    this.informer = new SharedInformer({ name: type.plural, clock, logger: SILENT });
    this.handler = new ReplayingHandler(this.informer, "quick");
    const reflect = reflectCluster({
      ...options,
      client: this.client,
      clock,
      logger: SILENT,
      onError: (error) => void this.errors.push(error),
    });
    const content = metadataOnly ? "metadata" : "whole";
    this.#ended = this.informer.run(reflect({ type, selection, content }), this.#stop.signal);
  }

  /** Every request that was sent, whatever became of it. */
  async requests(): Promise<number> {
    const [metric] = (await this.#registry.getMetricsAsJSON()).filter(
      ({ name }) => name === "rest_client_requests_total",
    );
    return (metric?.values ?? []).reduce((sum, { value }) => sum + value, 0);
  }

  /** Resolves once the store and what the handler knows are both this, by uid and resource version. */
  async equals(truth: readonly Resource[]): Promise<void> {
    const expected = new Set(truth.map(version));
    await poll("the informer at the truth", async () => {
      mustEqual(this.informer.store.list(), expected);
      mustEqual([...this.handler.known.values()], expected);
      return true;
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort(new Error("the test is over"));
    await this.#ended;
    this.client[Symbol.dispose]();
  }
}

function mustEqual(known: readonly Resource[], expected: ReadonlySet<string>): void {
  const other = known.map(version).filter((one) => !expected.has(one));
  if (other.length === 0 && known.length === expected.size) return;
  throw new Error(`${known.length} of ${expected.size}; wrong: ${other.slice(0, 3).join(", ")}`);
}

function version(object: Resource): string {
  const { uid, resourceVersion } = object.metadata;
  return `${keyOf(object)} ${uid} ${resourceVersion}`;
}

const SILENT = createLogger("silent");
