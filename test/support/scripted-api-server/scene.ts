import { Registry } from "prom-client";
import { ClientMetrics } from "#kube/client-metrics.ts";
import { ClusterClient } from "#kube/cluster-client.ts";
import type { Resource, ResourceType } from "#kube/resource.ts";
import { ManualClock } from "../manual-clock.ts";
import { ScriptedApiServer, type ScriptedApiServerOptions } from "./scripted-api-server.ts";

export const CONFIG_MAPS: ResourceType = {
  group: "",
  version: "v1",
  plural: "configmaps",
  kind: "ConfigMap",
  namespaced: true,
};

/** Where the server keeps them. */
export const COLLECTION = "/configmaps";

export type ConfigMap = Resource & { readonly data?: Readonly<Record<string, string>> };

/** A ConfigMap in the namespace `a`. */
export function configMap(name: string, data: Record<string, string> = {}): ConfigMap {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: "a" }, data };
}

/** A scripted API server, a client of it, and the client's time. */
export class Scene implements AsyncDisposable {
  readonly clock = new ManualClock();
  readonly registry = new Registry();
  readonly server: ScriptedApiServer;
  readonly client: ClusterClient;

  static async start(options?: ScriptedApiServerOptions): Promise<Scene> {
    return new Scene(await ScriptedApiServer.start(options));
  }

  private constructor(server: ScriptedApiServer) {
    this.server = server;
    this.client = new ClusterClient({
      connection: {
        server: server.url,
        namespace: undefined,
        identity: () => Promise.resolve({ headers: { authorization: "Bearer token" } }),
      },
      clock: this.clock,
      userAgent: "test/1",
      metrics: new ClientMetrics(this.registry),
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.client[Symbol.dispose]();
    await this.server[Symbol.asyncDispose]();
  }
}
