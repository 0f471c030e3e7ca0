import { expect, test } from "vitest";
import { SYSTEM_CLOCK } from "#kube/clock.ts";
import { kubeconfigConnection } from "#kube/kubeconfig.ts";
import { isExpired } from "#kube/kubernetes-error.ts";
import type { Resource, ResourceType } from "#kube/resource.ts";
import { describeOnOwnControlPlane } from "../support/control-plane/connect.ts";
import { poll } from "../support/control-plane/poll.ts";
import { requestAs } from "../support/control-plane/request.ts";
import { startElector } from "../support/elector-process.ts";
import { WatchProcess } from "../support/gatehouse/watch-process.ts";
import { hastyClock } from "../support/hasty-clock.ts";
import { LiveInformer, type LiveInformerOptions } from "../support/live-informer.ts";
import { openFiles } from "../support/open-files.ts";
import { CONFIG_MAPS } from "../support/scripted-api-server/scene.ts";
import { startSeverableProxy } from "../support/severable-proxy.ts";
import { REVIEW } from "../support/started-admission-server.ts";
import { STORED, StoredConfigMaps } from "../support/stored-config-maps.ts";

/** The API server keeps no cache of these: their watches come from etcd itself. */
const EVENTS: ResourceType = { group: "", version: "v1", plural: "events", kind: "Event", namespaced: true };

const OBJECTS = 20_000;

const HASTE = 5;

/** A server that is not there is asked every 2.5 s at most. */
const ASKED_PER_SECOND_AWAY = HASTE / 2.5;

/** Against hanging; it takes 10 s on two idle cores. */
const LONG = { timeout: 180_000 };

describeOnOwnControlPlane("when the API server is killed and started again, and etcd forgets", (plane) => {
  const startInformer = async (options: Omit<LiveInformerOptions, "connection">, server = plane().server) => {
    const connection = await kubeconfigConnection({ paths: [plane().kubeconfig], clock: SYSTEM_CLOCK });
    return new LiveInformer({ clock: hastyClock(HASTE), ...options, connection: { ...connection, server } });
  };

  const list = async (path: string) => {
    const { body } = await plane().request("GET", path);
    return (body as { readonly items: readonly Resource[] }).items;
  };

  test("informers of 20,000 objects lose nothing, killed in mid-stream while changes go on", LONG, async () => {
    await using namespace = await plane().createNamespace("many");
    const stored = new StoredConfigMaps(plane().etcd, namespace.name);
    const names = Array.from({ length: OBJECTS }, (_, index) => `object-${index}`);
    await stored.put(names, "first");
    await using stack = new AsyncDisposableStack();
    const files = openFiles();
    const selection = { namespace: namespace.name, labelSelector: STORED };
    const informers: LiveInformer[] = [];
    for (const options of [{}, { usesWatchList: false, pageSize: 5_000 }]) {
      informers.push(stack.use(await startInformer({ type: CONFIG_MAPS, selection, ...options })));
    }
    await Promise.all(informers.map(({ informer }) => informer.synced));
    const writing = stored.put(names, "second");
    await poll("mid-stream", async () => informers.every(({ handler }) => handler.counts.updated > 0));
    const away = performance.now();
    await plane().stopApiServer("SIGKILL");
    expect(Math.max(...informers.map(({ handler }) => handler.counts.updated))).toBeLessThan(OBJECTS);
    await writing;
    await stored.delete(names.slice(0, 500));
    await stored.put(names.slice(250, 750), "third");
    await plane().compactEtcd();
    await plane().startApiServer();
    const secondsAway = (performance.now() - away) / 1000;
    await stored.put(names.slice(0, 100), "fourth");
    const truth = await list(`/api/v1/namespaces/${namespace.name}/configmaps?labelSelector=${STORED}`);
    expect(truth).toHaveLength(OBJECTS - 150);
    for (const live of informers) {
      await live.equals(truth);
      expect(live.handler.faults).toEqual([]);
      expect(live.errors.some(isExpired)).toBe(true);
      expect(await live.requests()).toBeLessThan(30 + secondsAway * ASKED_PER_SECOND_AWAY);
    }
    expect(openFiles() - files).toBeLessThan(3 * informers.length);
  });

  test("a watch that was stopped over a compaction comes back as 410, and what it missed is found", async () => {
    await using namespace = await plane().createNamespace("events");
    const path = `/api/v1/namespaces/${namespace.name}/events`;
    const create = (name: string) => {
      const involvedObject = { kind: "Namespace", namespace: namespace.name };
      return plane().request("POST", path, { body: { metadata: { name }, involvedObject, reason: "First" } });
    };
    for (const name of ["kept", "changed", "removed"]) await create(name);
    await using proxy = await startSeverableProxy(plane().server);
    await using live = await startInformer({ type: EVENTS, selection: { namespace: namespace.name } }, proxy.url);
    await live.informer.synced;
    await create("seen"); // a watch that breaks at once and without an event is not resumed
    await live.handler.until(({ added }) => added === 4);
    proxy.sever();
    await plane().request("PATCH", `${path}/changed`, { body: { reason: "Second" } });
    await plane().request("DELETE", `${path}/removed`);
    await create("new");
    await plane().compactEtcd();
    proxy.restore();
    await live.equals(await list(path));
    expect(live.errors.filter(isExpired)).toHaveLength(1);
    expect(live.handler.counts).toEqual({ added: 5, updated: 1, deleted: 1 });
    expect(live.handler.faults).toEqual([]);
  });

  test("gatehouse watch says so, and shows what happened meanwhile and afterwards", async () => {
    await using namespace = await plane().createNamespace("watched");
    const { name } = namespace;
    const stored = new StoredConfigMaps(plane().etcd, name);
    await stored.put(["changed", "removed"], "oldest");
    await using process = new WatchProcess("cm", "-l", STORED, "-n", name, "--kubeconfig", plane().kubeconfig);
    await process.watching();
    await stored.put(["changed"], "older");
    await process.shown('           data.text: "oldest" → "older"');
    await plane().stopApiServer("SIGKILL");
    await poll("the loss", async () => process.said.some((line) => line.includes("# lost ")));
    await stored.put(["changed"], "new");
    await stored.delete(["removed"]);
    await plane().compactEtcd();
    await plane().startApiServer();
    await process.shown(`- ${name}/removed  (deleted while away)`);
    await stored.put(["changed"], "newest");
    const shown = await process.shown('           data.text: "new" → "newest"');
    expect(shown).toEqual([
      expect.stringContaining(`= ${name}/changed`),
      expect.stringContaining(`= ${name}/removed`),
      `~ ${name}/changed`,
      '           data.text: "oldest" → "older"',
      `- ${name}/removed  (deleted while away)`,
      `~ ${name}/changed`,
      '           data.text: "older" → "new"',
      `~ ${name}/changed`,
      '           data.text: "new" → "newest"',
    ]);
    expect(process.said.map((line) => line.replace(/^.* # /, ""))).toEqual([
      expect.stringMatching(/^2 objects of kind ConfigMap .* watching until Ctrl-C$/),
      expect.stringMatching(/^lost .*ECONN.*; trying again$/),
      expect.stringMatching(/^regained .* after \d+ s$/),
      expect.stringMatching(/^.* no longer has the changes since we last heard from it; listing anew$/),
    ]);
    expect(await process.interrupt()).toBe(0);
  });

  test("the leader stops its work, leads again, and answers reviews all the while", async () => {
    await using namespace = await plane().createNamespace("led");
    const { name } = namespace;
    await plane().request("POST", `/api/v1/namespaces/${name}/configmaps`, { body: { metadata: { name } } });
    const { kubeconfig } = plane();
    // Lease 3 s, renew 2 s, retry 0.5 s.
    const options = { kubeconfig, namespace: name, name, times: "3000,2000,500", webhooks: "yes" } as const;
    await using leader = startElector({ ...options, identity: "first" });
    await leader.heard("wrote");
    const { port, authority = "" } = leader.events.find(({ event }) => event === "serves") ?? {};
    const call = requestAs(`https://127.0.0.1:${port}`, authority, plane().administrator);
    const codes: number[] = [];
    const over = new AbortController();
    const calling = (async () => {
      while (!over.signal.aborted) codes.push((await call("POST", "/validate", { body: REVIEW })).status);
    })();
    const start = performance.now();
    await plane().stopApiServer("SIGKILL");
    expect((await leader.heard("stops")) - start).toBeLessThan(2_000 + 800);
    await plane().startApiServer();
    await leader.heardAgain("wrote");
    over.abort();
    await calling;
    expect(new Set(codes)).toEqual(new Set([200]));
  });
});
