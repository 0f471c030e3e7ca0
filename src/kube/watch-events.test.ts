import { expect, test } from "vitest";
import {
  COLLECTION,
  CONFIG_MAPS,
  type ConfigMap,
  configMap,
  Scene,
} from "../../test/support/scripted-api-server/scene.ts";
import type { WatchEvent } from "./client.ts";
import { isExpired } from "./kubernetes-error.ts";
import type { Resource } from "./resource.ts";

test.each([1, 2, 3, 7])("reads events that arrive %i bytes at a time", async (bytes) => {
  await using scene = await Scene.start();
  const { client, server } = scene;
  const events = take(client.watch<ConfigMap>(CONFIG_MAPS, {}, { resourceVersion: server.log.resourceVersion }), 2);
  (await server.stream()).chunk(bytes);
  server.log.put(COLLECTION, configMap("x", { text: "Grüße 😀" }));
  server.log.put(COLLECTION, configMap("x", { text: "später" }));
  expect(await events).toMatchObject([
    { type: "ADDED", object: { data: { text: "Grüße 😀" } } },
    { type: "MODIFIED", object: { data: { text: "später" } } },
  ]);
});

test("reads many events in one chunk, and one of 5 MB in many", async () => {
  await using scene = await Scene.start();
  const { client, server } = scene;
  const { resourceVersion } = server.log;
  for (let index = 0; index < 100; index += 1) server.log.put(COLLECTION, configMap(`x${index}`));
  server.log.put(COLLECTION, configMap("large", { text: "ä".repeat(2.5 * 1024 * 1024) }));
  const events = await take(client.watch<ConfigMap>(CONFIG_MAPS, {}, { resourceVersion }), 101);
  expect(events.at(-1)).toMatchObject({ object: { metadata: { name: "large" } } });
});

test("reads objects without their managed fields for whoever asks for that, in lists and watches, and else with them", async () => {
  await using scene = await Scene.start();
  const { client, server } = scene;
  const { resourceVersion } = server.log;
  const { metadata, ...rest } = configMap("x");
  const managed: ConfigMap = {
    ...rest,
    metadata: Object.assign(metadata, { managedFields: [{ manager: "kubectl" }] }),
  };
  server.log.put(COLLECTION, managed);
  const read = async (withoutManagedFields: boolean) => {
    const { items } = await client.list<ConfigMap>(CONFIG_MAPS, {}, { withoutManagedFields });
    const events = await take(client.watch<ConfigMap>(CONFIG_MAPS, {}, { resourceVersion, withoutManagedFields }), 1);
    const objects = events.flatMap((event) => ("object" in event ? event.object : []));
    return [...items, ...objects].map((object) => [object.metadata.name, "managedFields" in object.metadata]);
  };
  expect(await read(false)).toEqual([
    ["x", true],
    ["x", true],
  ]);
  expect(await read(true)).toEqual([
    ["x", false],
    ["x", false],
  ]);
});

test("ends a watch without an error when the connection breaks in the middle of an event", async () => {
  await using scene = await Scene.start();
  const { client, server } = scene;
  const events = take(client.watch(CONFIG_MAPS, {}, { resourceVersion: server.log.resourceVersion }), 9);
  const stream = await server.stream();
  stream.write('{"type":"ADDED","obj');
  await server.request("watch");
  stream.reset();
  expect(await events).toEqual([]);
});

test("ends a watch that has been silent for too long", async () => {
  await using scene = await Scene.start();
  const { client, server, clock } = scene;
  const options = { resourceVersion: server.log.resourceVersion, idleMilliseconds: 9000 };
  const events = client.watch(CONFIG_MAPS, {}, options)[Symbol.asyncIterator]();
  const first = events.next();
  const stream = await server.stream();
  server.log.put(COLLECTION, configMap("x"));
  await first;
  stream.mute();
  clock.advance(8999);
  const second = events.next();
  clock.advance(1);
  expect(await second).toEqual({ done: true, value: undefined });
});

test.each([
  ["no JSON", "{oops\n"],
  ["an unknown type", '{"type":"RENAMED","object":{"metadata":{}}}\n'],
  ["no object", '{"type":"ADDED"}\n'],
  ["no metadata", '{"type":"ADDED","object":{}}\n'],
])("turns a frame with %s into an ERROR event that does not quote it", async (_, body) => {
  await using scene = await Scene.start();
  const { client, server } = scene;
  server.faults.next("watch", { kind: "raw", body });
  const [event] = await take(client.watch(CONFIG_MAPS, {}), 1);
  expect(event).toMatchObject({ type: "ERROR", error: { code: 500, causes: [{ reason: "ClientWatchDecoding" }] } });
  expect(JSON.stringify(event)).not.toContain("oops");
});

test("hands over what the server says in an ERROR event", async () => {
  await using scene = await Scene.start();
  const { client, server } = scene;
  const { resourceVersion } = server.log;
  server.log.put(COLLECTION, configMap("x"));
  server.log.compact();
  const [event] = await take(client.watch(CONFIG_MAPS, {}, { resourceVersion }), 1);
  expect(event?.type === "ERROR" && isExpired(event.error)).toBe(true);
});

test("closes the connection of a watch that nobody reads any more", async () => {
  await using scene = await Scene.start();
  const { client, server, clock } = scene;
  server.log.put(COLLECTION, configMap("x"));
  await take(client.watch(CONFIG_MAPS, {}), 1);
  expect(clock.waiting).toEqual([]);
  const stream = await server.stream();
  await stream.closed;
  expect(stream.isOpen).toBe(false);
});

/** The first events of a watch. */
async function take<R extends Resource>(events: AsyncIterable<WatchEvent<R>>, count: number): Promise<WatchEvent<R>[]> {
  const taken: WatchEvent<R>[] = [];
  for await (const event of events) if (taken.push(event) >= count) break;
  return taken;
}
