import type { Client } from "#kube/client.ts";
import type { Clock } from "#kube/clock.ts";
import { reflectCluster } from "#kube/reflect-cluster.ts";
import type { Resource, ResourceType, Selection } from "#kube/resource.ts";
import { SharedInformer } from "#kube/shared-informer.ts";
import type { Logger } from "#observability/logger.ts";
import type { Contact } from "./contact.ts";
import { type Sighting, sightingOf } from "./sighting.ts";

export interface WatchResourceOptions {
  readonly client: Client;
  readonly type: ResourceType;
  readonly selection: Selection;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly contact: Contact;
  readonly onSighting: (sighting: Sighting) => void;
  /** All that was there has been told. */
  readonly onInitialEnd: (count: number) => void;
  /** Of [0, 1); for tests. */
  readonly random?: () => number;
}

/** Tells of what there is and of every change, through whatever happens to the server, until the signal aborts. */
export async function watchResource(options: WatchResourceOptions, signal: AbortSignal): Promise<void> {
  const { client, type, selection, clock, logger, contact, onSighting, onInitialEnd, random } = options;
  const informer = new SharedInformer<Resource>({ name: type.plural, clock, logger });
  let count = 0;
  const { synced } = informer.addHandler((change) => {
    const sighting = sightingOf(type, change);
    if (sighting?.type === "initial") count += 1;
    if (sighting) onSighting(sighting);
  });
  void synced.then(() => onInitialEnd(count));
  const reflect = reflectCluster({
    client,
    clock,
    logger,
    random,
    onError: (error) => contact.failed(error),
    onWatching: () => contact.watching(),
  });
  await informer.run(reflect({ type, selection, content: "whole" }), signal);
}
