import { pino } from "pino";
import { expect, test } from "vitest";
import {
  COLLECTION,
  CONFIG_MAPS,
  type ConfigMap,
  configMap,
  Scene,
} from "../../test/support/scripted-api-server/scene.ts";
import type { Change } from "./change.ts";
import { InformerFactory } from "./informer-factory.ts";
import { reflectCluster } from "./reflect-cluster.ts";

/** Informers over a scripted API server that already holds `x` and `y`. */
async function clusterOf(stack: AsyncDisposableStack) {
  const scene = stack.use(await Scene.start());
  const logger = pino({ level: "silent" });
  const { clock, client, server } = scene;
  for (const name of ["x", "y"]) server.log.put(COLLECTION, configMap(name));
  const factory = new InformerFactory({
    informer: { clock, logger, freeze: true },
    reflect: reflectCluster({ client, clock, logger, random: () => 0 }),
  });
  const abort = new AbortController();
  stack.defer(async () => {
    abort.abort(new Error("the test is over"));
    await factory.ended();
  });
  return { factory, scene, server, signal: abort.signal };
}

/** The types of the changes and their keys, marked where the end was not seen. */
function recorder() {
  const seen: string[] = [];
  let heard = Promise.withResolvers<void>();
  const handler = (change: Change<ConfigMap>) => {
    const isUnseen = change.type === "deleted" && change.finalStateUnknown;
    seen.push(`${change.type} ${change.key}${isUnseen ? "?" : ""}`);
    heard.resolve();
    heard = Promise.withResolvers();
  };
  const count = async (number: number) => {
    while (seen.length < number) await heard.promise;
    return seen;
  };
  return { handler, count };
}

test("an informer follows an API server: the list, then every change, and after compaction what it missed", async () => {
  await using stack = new AsyncDisposableStack();
  const { factory, scene, server, signal } = await clusterOf(stack);
  const informer = factory.informer<ConfigMap>(CONFIG_MAPS);
  const { handler, count } = recorder();
  informer.addHandler(handler);
  factory.start(signal);
  await informer.synced;
  server.log.put(COLLECTION, configMap("x", { changed: "yes" }));
  expect(await count(3)).toEqual(["added a/x", "added a/y", "updated a/x"]);
  server.log.remove(COLLECTION, "a/y");
  expect((await count(4)).at(-1)).toBe("deleted a/y");
  expect(informer.store.get("a/x")?.data).toEqual({ changed: "yes" });

  const stream = await server.stream();
  stream.mute();
  server.log.remove(COLLECTION, "a/x");
  server.log.put(COLLECTION, configMap("z"));
  server.log.compact();
  stream.end();
  await scene.clock.timer((milliseconds) => milliseconds === 800); // the pause before a new list
  scene.clock.advance(800);
  expect((await count(6)).slice(4)).toEqual(["deleted a/x?", "added a/z"]);
  expect([...informer.store.keys()]).toEqual(["a/z"]);
});

test("an informer of a selection and of metadata alone asks the API server for no more", async () => {
  await using stack = new AsyncDisposableStack();
  const { factory, server, signal } = await clusterOf(stack);
  factory.informer(CONFIG_MAPS, { content: "metadata", selection: { namespace: "a", labelSelector: "team=x" } });
  factory.start(signal);
  const { path, query, headers } = await server.request("watchList");
  expect([path, query["labelSelector"]]).toEqual(["/api/v1/namespaces/a/configmaps", "team=x"]);
  expect(headers.accept).toContain("as=PartialObjectMetadata");
});
