import { expect, test } from "vitest";
import { Reflecting } from "../../test/support/scripted-api-server/reflecting.ts";
import { COLLECTION, configMap } from "../../test/support/scripted-api-server/scene.ts";
import type { ScriptedApiServer } from "../../test/support/scripted-api-server/scripted-api-server.ts";

function withOne(server: ScriptedApiServer): void {
  server.log.put(COLLECTION, configMap("x"));
}

/** Synced by LIST, with its watch open. */
async function watching(options: Parameters<typeof Reflecting.start>[0] = {}): Promise<Reflecting> {
  const reflecting = await Reflecting.start({ usesWatchList: false, before: withOne, ...options });
  await reflecting.sink.heard(1);
  await reflecting.accepted(1);
  return reflecting;
}

test("watches from the version of the list, with bookmarks and a random time-out of 5 to 10 minutes", async () => {
  await using reflecting = await watching({ random: () => 0.5 });
  const { query } = await reflecting.server.request("watch");
  expect(query).toEqual({ watch: "true", resourceVersion: "1001", allowWatchBookmarks: "true", timeoutSeconds: "450" });
});

test("watches again at once after a clean close, from the last version, without a list", async () => {
  await using reflecting = await watching();
  const stream = await reflecting.server.stream();
  reflecting.server.log.put(COLLECTION, configMap("y"));
  await reflecting.sink.heard(2);
  reflecting.clock.advance(1000);
  stream.end();
  await reflecting.server.stream(2);
  reflecting.server.log.put(COLLECTION, configMap("z"));
  expect(await reflecting.sink.heard(3)).toEqual(["REPLACE a/x @1001", "ADDED a/y @1002", "ADDED a/z @1003"]);
  expect(reflecting.requests).toEqual(["list 0", "watch 1001", "watch 1002"]);
  expect(reflecting.errors).toEqual([]);
});

test("watches again from the version of a deletion that came last", async () => {
  await using reflecting = await watching();
  const stream = await reflecting.server.stream();
  reflecting.server.log.remove(COLLECTION, "a/x");
  await reflecting.sink.heard(2);
  reflecting.clock.advance(1000);
  stream.end();
  await reflecting.server.stream(2);
  expect(reflecting.requests.at(-1)).toBe("watch 1002");
});

test("comes back to the version of a bookmark, which reaches the sink in its place", async () => {
  await using reflecting = await watching();
  const stream = await reflecting.server.stream();
  reflecting.server.log.skip();
  stream.bookmark();
  await reflecting.sink.heard(2);
  reflecting.clock.advance(1000);
  stream.end();
  await reflecting.server.stream(2);
  expect(reflecting.sink.history).toEqual(["REPLACE a/x @1001", "BOOKMARK @1002"]);
  expect(reflecting.requests.at(-1)).toBe("watch 1002");
});

test("uses the same few connections over a thousand watches, and leaves no timer behind", async () => {
  await using reflecting = await watching();
  for (let nth = 1; nth <= 1000; nth += 1) {
    await reflecting.accepted(nth);
    reflecting.clock.advance(1000);
    (await reflecting.server.stream(nth)).end();
  }
  await reflecting.accepted(1001);
  expect(reflecting.server.connections).toBeLessThanOrEqual(2);
  expect(reflecting.server.count("list")).toBe(1);
  expect(reflecting.clock.waiting).toHaveLength(1);
});

test("pauses and lists again after a watch that closed within a second without an event", async () => {
  await using reflecting = await watching();
  (await reflecting.server.stream()).end();
  await reflecting.pause(800);
  await reflecting.sink.heard(2);
  expect(reflecting.requests.slice(0, 3)).toEqual(["list 0", "watch 1001", "list 1001"]);
  expect(reflecting.errors).toEqual(["VeryShortWatch"]);
  expect(await reflecting.scene.registry.metrics()).toContain('reflector_short_watches_total{name="configmaps"} 1');
});

test("does not spin when every watch ends with its first event", async () => {
  await using reflecting = await watching();
  for (let nth = 1; nth <= 4; nth += 1) {
    const stream = await reflecting.server.stream(nth);
    reflecting.server.log.put(COLLECTION, configMap(`y${nth}`));
    stream.end();
    await reflecting.sink.heard(1 + nth);
  }
  await reflecting.pause(800);
  await reflecting.server.stream(5);
  expect(reflecting.server.count("list")).toBe(1);
});

test.each([
  ["429 at the opening", { code: 429, reason: "TooManyRequests" }, "refuse"],
  ["429 in an ERROR event", { code: 429, reason: "TooManyRequests" }, "fail"],
] as const)("pauses and watches again without a list after %s", async (_, failure, way) => {
  await using reflecting = await watching();
  if (way === "refuse") reflecting.server.faults.refuse("watch", failure);
  const stream = await reflecting.server.stream();
  reflecting.clock.advance(1000);
  if (way === "fail") stream.fail(failure);
  else stream.end();
  await reflecting.pause(800);
  await reflecting.server.stream(2);
  expect(reflecting.server.count("list")).toBe(1);
  expect(reflecting.requests.at(-1)).toBe("watch 1001");
});

test("waits as long as Retry-After says before it asks for a refused watch again", async () => {
  await using reflecting = await Reflecting.start({
    usesWatchList: false,
    before(server) {
      withOne(server);
      server.faults.refuse("watch", { code: 503, reason: "ServiceUnavailable", retryAfterSeconds: 3 });
    },
  });
  await reflecting.pause(3000);
  await reflecting.server.stream();
  expect(reflecting.requests).toEqual(["list 0", "watch 1001", "watch 1001"]);
  expect(reflecting.errors).toEqual([]);
});

test("watches again without a list when nobody listens for a while", async () => {
  await using reflecting = await watching();
  const stream = await reflecting.server.stream();
  reflecting.server.faults.next("watch", { kind: "silence" });
  reflecting.clock.advance(1000);
  stream.end();
  await reflecting.server.request("watch", 2);
  reflecting.clock.advance(150_000);
  await reflecting.pause(800);
  await reflecting.server.stream(2);
  expect(reflecting.server.count("list")).toBe(1);
  expect(reflecting.errors).toEqual(["Timeout"]);
});

test.each([
  ["a refusal of the watch", { code: 403, reason: "Forbidden" }, "refuse"],
  ["a server error at the opening", { code: 500, reason: "InternalError" }, "refuse"],
  ["an internal error in the stream", { code: 500, reason: "InternalError" }, "fail"],
  ["an unsafe deletion in the stream", { code: 500, reason: "StoreReadError" }, "fail"],
  ["a compaction", { code: 410, reason: "Expired" }, "fail"],
] as const)("pauses and lists from the last version after %s", async (_, failure, way) => {
  await using reflecting = await watching();
  if (way === "refuse") reflecting.server.faults.refuse("watch", failure);
  const stream = await reflecting.server.stream();
  reflecting.clock.advance(1000);
  if (way === "fail") stream.fail(failure);
  else stream.end();
  await reflecting.pause(800);
  await reflecting.sink.heard(2);
  expect(reflecting.requests).toContain("list 1001");
  expect(reflecting.errors).toEqual([failure.reason]);
});

test.each(["{oops\n", '{"type":"RENAMED","object":{"metadata":{}}}\n'])(
  "lists again after the frame %j",
  async (text) => {
    await using reflecting = await watching();
    (await reflecting.server.stream()).write(text);
    await reflecting.pause(800);
    expect(await reflecting.sink.heard(2)).toEqual(["REPLACE a/x @1001", "REPLACE a/x @1001"]);
  },
);

test("goes on from the last whole event when the connection breaks inside one", async () => {
  await using reflecting = await watching();
  const stream = await reflecting.server.stream();
  reflecting.server.log.put(COLLECTION, configMap("y"));
  await reflecting.sink.heard(2);
  stream.write('{"type":"MODIFIED","object":{"metad');
  reflecting.clock.advance(1000);
  stream.reset();
  await reflecting.server.stream(2);
  expect(reflecting.requests).toEqual(["list 0", "watch 1001", "watch 1002"]);
  expect(reflecting.errors).toEqual([]);
});

test("finds a half-open connection by its silence and misses nothing", async () => {
  await using reflecting = await watching();
  (await reflecting.server.stream()).mute();
  reflecting.server.log.put(COLLECTION, configMap("y"));
  await reflecting.pause(150_000);
  expect(await reflecting.sink.heard(2)).toEqual(["REPLACE a/x @1001", "ADDED a/y @1002"]);
  expect(reflecting.server.count("list")).toBe(1);
});

test("works when headers come only with the first event", async () => {
  await using reflecting = await Reflecting.start({
    usesWatchList: false,
    before: (server) => server.faults.next("watch", { kind: "delayed-headers" }),
  });
  await reflecting.server.stream();
  reflecting.server.log.put(COLLECTION, configMap("x"));
  expect(await reflecting.sink.heard(2)).toEqual(["REPLACE  @1000", "ADDED a/x @1001"]);
});

test("skips an event of another kind, and keeps its place", async () => {
  await using reflecting = await watching();
  const stream = await reflecting.server.stream();
  stream.send("ADDED", { apiVersion: "v1", kind: "Secret", metadata: { name: "s", resourceVersion: "9999" } });
  reflecting.server.log.put(COLLECTION, configMap("y"));
  expect(await reflecting.sink.heard(2)).toEqual(["REPLACE a/x @1001", "ADDED a/y @1002"]);
  expect(reflecting.logged.join("")).toContain("another kind");
});

function changed(resourceVersion: string) {
  return { ...configMap("y"), metadata: { name: "y", namespace: "a", resourceVersion } };
}

test("passes on duplicates, reordered events and deletions of unknown keys as they come", async () => {
  await using reflecting = await watching();
  const stream = await reflecting.server.stream();
  stream.send("DELETED", changed("1007"));
  stream.send("MODIFIED", changed("1005"));
  stream.send("MODIFIED", changed("1005"));
  expect((await reflecting.sink.heard(4)).slice(1)).toEqual([
    "DELETED a/y @1007",
    "MODIFIED a/y @1005",
    "MODIFIED a/y @1005",
  ]);
});

test("gives a list that lags behind to the sink as the truth of now, and catches up by its watch", async () => {
  await using reflecting = await watching();
  reflecting.server.log.put(COLLECTION, configMap("y"));
  await reflecting.sink.heard(2);
  reflecting.server.faults.next("list", { kind: "stale", resourceVersion: "1001" });
  (await reflecting.server.stream()).fail({ code: 500, reason: "InternalError" });
  await reflecting.pause(800);
  expect((await reflecting.sink.heard(4)).slice(2)).toEqual(["REPLACE a/x @1001", "ADDED a/y @1002"]);
});

test("pauses 0.8 s, doubled up to 30 s, and starts anew after two quiet minutes", async () => {
  await using reflecting = await Reflecting.start({
    before: (server) =>
      server.faults.always(() => ({ kind: "status", failure: { code: 500, reason: "InternalError" } })),
  });
  for (const pause of [800, 1600, 3200, 6400, 12_800, 25_600, 30_000, 30_000]) await reflecting.pause(pause);
  reflecting.server.faults.always(undefined);
  await reflecting.sink.heard(1);
  reflecting.clock.advance(120_001);
  (await reflecting.server.stream()).fail({ code: 500, reason: "InternalError" });
  await reflecting.pause(800);
});

test("survives a sink that throws, and tells it everything again", async () => {
  let isFirst = true;
  const sink = {
    replace: () => undefined,
    bookmark: () => undefined,
    handle() {
      if (!isFirst) return;
      isFirst = false;
      throw new Error("full");
    },
  };
  await using reflecting = await watching({ sink });
  reflecting.server.log.put(COLLECTION, configMap("y"));
  await reflecting.pause(800);
  expect(await reflecting.sink.heard(2)).toEqual(["REPLACE a/x @1001", "REPLACE a/x,a/y @1002"]);
  expect(reflecting.errors).toEqual(["full"]);
});

test("stops at once wherever it is, and leaves neither timer nor connection", async () => {
  const places = [
    (reflecting: Reflecting) => reflecting.server.request("watchList"),
    (reflecting: Reflecting) => reflecting.sink.heard(1),
    async (reflecting: Reflecting) => {
      await reflecting.sink.heard(1);
      reflecting.server.faults.always(() => ({ kind: "status", failure: { code: 500, reason: "InternalError" } }));
      (await reflecting.server.stream()).fail({ code: 500, reason: "InternalError" });
      return reflecting.clock.timer((milliseconds) => milliseconds === 800);
    },
  ];
  for (const place of places) {
    await using reflecting = await Reflecting.start({ before: withOne });
    await place(reflecting);
    await reflecting.stop();
    expect(reflecting.clock.waiting).toEqual([]);
    await Promise.all(reflecting.server.streams.map(({ closed }) => closed));
  }
});
