import { pino } from "pino";
import type { Change } from "#kube/change.ts";
import { SYSTEM_CLOCK } from "#kube/clock.ts";
import { ClusterClient } from "#kube/cluster-client.ts";
import { InformerFactory } from "#kube/informer-factory.ts";
import { reflectCluster } from "#kube/reflect-cluster.ts";
import type { Resource } from "#kube/resource.ts";
import { GATEWAY_CONFIGS } from "../gateway-configs.ts";

/** An informer of ours on the scripted server: client, reflector and factory as `serve` puts them together. */
export function startInformer(server: string, handler: (change: Change<Resource>) => void): void {
  const common = { clock: SYSTEM_CLOCK, logger: pino({ level: "warn" }, pino.destination(2)) };
  const connection = { server, namespace: undefined, identity: () => Promise.resolve({ headers: {} }) };
  const client = new ClusterClient({ connection, clock: common.clock, userAgent: "bench" });
  const factory = new InformerFactory({ informer: common, reflect: reflectCluster({ ...common, client }) });
  factory.informer(GATEWAY_CONFIGS).addHandler(handler);
  factory.start(new AbortController().signal);
}
