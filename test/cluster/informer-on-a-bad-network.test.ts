import { expect, test } from "vitest";
import { SYSTEM_CLOCK } from "#kube/clock.ts";
import { kubeconfigConnection } from "#kube/kubeconfig.ts";
import type { Resource } from "#kube/resource.ts";
import { describeOnControlPlane } from "../support/control-plane/connect.ts";
import { poll } from "../support/control-plane/poll.ts";
import { hastyClock } from "../support/hasty-clock.ts";
import { LiveInformer, type LiveInformerOptions } from "../support/live-informer.ts";
import { openFiles } from "../support/open-files.ts";
import { CONFIG_MAPS } from "../support/scripted-api-server/scene.ts";
import { type SeverableProxy, startSeverableProxy } from "../support/severable-proxy.ts";

/** Instead of 150 s, in which two bookmarks could have come. */
const IDLE_MILLISECONDS = 1_500;

/** For a request on two busy cores. */
const SLACK_MILLISECONDS = 800;

/** As many as `serve` has. */
const INFORMERS = 4;
const BREAKS = 250;

describeOnControlPlane("an informer of a real API server, on a bad network", (plane) => {
  const configMaps = () => `/api/v1/namespaces/${plane.namespace}/configmaps`;
  const create = (name: string) => plane.request("POST", configMaps(), { body: { metadata: { name } } });
  const update = (name: string, text: string) =>
    plane.request("PATCH", `${configMaps()}/${name}`, { body: { data: { text } } });
  const remove = (name: string) => plane.request("DELETE", `${configMaps()}/${name}`);
  const truth = async () => {
    const { body } = await plane.request("GET", configMaps());
    return (body as { readonly items: readonly Resource[] }).items;
  };

  const startInformer = async (proxy: SeverableProxy, options: Partial<LiveInformerOptions> = {}) => {
    const connection = await kubeconfigConnection({ paths: [plane.kubeconfig], clock: SYSTEM_CLOCK });
    const selection = { namespace: plane.namespace };
    const live = new LiveInformer({
      connection: { ...connection, server: proxy.url },
      type: CONFIG_MAPS,
      selection,
      ...options,
    });
    await live.informer.synced;
    return live;
  };

  test("finds a server that accepts and says nothing within the inactivity limit, and misses no event", async () => {
    await Promise.all([create("kept"), create("changed"), create("removed")]);
    await using proxy = await startSeverableProxy(plane.server);
    await using live = await startInformer(proxy, { idleMilliseconds: IDLE_MILLISECONDS });
    await live.equals(await truth()); // a handler is told later than the store
    const { counts } = live.handler;
    const before = { ...counts };
    const connections = proxy.connections;
    const cut = performance.now();
    proxy.sever();
    await poll("another connection", async () => proxy.connections > connections);
    expect(performance.now() - cut).toBeLessThan(IDLE_MILLISECONDS + SLACK_MILLISECONDS);
    for (const text of ["1", "2", "3"]) await update("changed", text);
    await remove("removed");
    await create("new");
    await poll("this one found silent, too", async () => live.errors.length > 0);
    proxy.restore();
    await live.equals(await truth());
    expect(counts).toEqual({ added: before.added + 1, updated: before.updated + 3, deleted: before.deleted + 1 });
    expect(live.handler.faults).toEqual([]);
    expect(proxy.connections - connections).toBeLessThan(5);
  });

  test("misses no event and holds no file more after 1,000 broken connections", async () => {
    await create("restless");
    await using proxy = await startSeverableProxy(plane.server);
    await using stack = new AsyncDisposableStack();
    const all: LiveInformer[] = [];
    for (let index = 0; index < INFORMERS; index += 1) {
      all.push(stack.use(await startInformer(proxy, { clock: HASTY_CLOCK })));
    }
    const toldAll = async (round: number) => {
      await update("restless", String(round));
      await Promise.all(all.map(({ handler }) => handler.until(({ updated }) => updated > round)));
    };
    await toldAll(0); // a watch that breaks at once and without an event is a fault
    const [files, connections] = [openFiles(), proxy.connections];
    for (let round = 1; round <= BREAKS; round += 1) {
      proxy.break();
      await toldAll(round);
    }
    const current = await truth();
    for (const live of all) {
      await live.equals(current);
      expect(live.handler.counts.updated).toBe(1 + BREAKS);
      expect(live.handler.faults).toEqual([]);
      expect(live.errors).toEqual([]);
    }
    expect(proxy.connections - connections).toBe(BREAKS * INFORMERS);
    await poll("no more open files than before", async () => openFiles() <= files);
  });
});

/** A watch that is broken 4 ms after it began has had a life of a second, so that none is followed by a pause. */
const HASTY_CLOCK = hastyClock(300);
