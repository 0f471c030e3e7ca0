import { expect, test } from "vitest";
import { ObjectLog } from "../../test/support/scripted-api-server/object-log.ts";
import { Reflecting } from "../../test/support/scripted-api-server/reflecting.ts";
import { COLLECTION, configMap } from "../../test/support/scripted-api-server/scene.ts";
import type { ScriptedApiServer } from "../../test/support/scripted-api-server/scripted-api-server.ts";
import { frame } from "../../test/support/scripted-api-server/watch-stream.ts";

const UNSUPPORTED = { code: 422, reason: "Invalid", message: "sendInitialEvents is forbidden for watch" };

function withTwo(server: ScriptedApiServer): void {
  server.log.put(COLLECTION, configMap("x"));
  server.log.put(COLLECTION, configMap("y"));
}

function bookmark(annotations?: object): string {
  return frame("BOOKMARK", { kind: "ConfigMap", apiVersion: "v1", metadata: { resourceVersion: "7", annotations } });
}

function withoutWatchList(server: ScriptedApiServer): void {
  withTwo(server);
  server.faults.refuse("watchList", UNSUPPORTED);
}

test("asks for everything as a watch-list, as client-go words it", async () => {
  await using reflecting = await Reflecting.start({ before: withTwo });
  expect(await reflecting.sink.heard(1)).toEqual(["REPLACE a/x,a/y @1002"]);
  expect(reflecting.server.requests.map(({ query }) => query)).toEqual([
    {
      watch: "true",
      sendInitialEvents: "true",
      resourceVersionMatch: "NotOlderThan",
      allowWatchBookmarks: "true",
      timeoutSeconds: "300",
    },
  ]);
});

test("goes on with the stream of the watch-list as the watch", async () => {
  await using reflecting = await Reflecting.start({ before: withTwo });
  await reflecting.sink.heard(1);
  reflecting.server.log.put(COLLECTION, configMap("z"));
  reflecting.server.log.remove(COLLECTION, "a/x");
  expect(await reflecting.sink.heard(3)).toEqual(["REPLACE a/x,a/y @1002", "ADDED a/z @1003", "DELETED a/x @1004"]);
  expect(reflecting.requests).toEqual(["watchList"]);
});

test("is synced only by a bookmark whose annotation is the string true", async () => {
  await using reflecting = await Reflecting.start({
    before(server) {
      const body = [
        frame("ADDED", configMap("x")),
        bookmark(),
        bookmark({ "k8s.io/initial-events-end": "false" }),
        frame("ADDED", configMap("y")),
        frame("DELETED", configMap("x")),
        bookmark({ "k8s.io/initial-events-end": "true" }),
      ];
      server.faults.next("watchList", { kind: "raw", body: body.join(""), isOpen: true });
    },
  });
  expect(await reflecting.sink.heard(1)).toEqual(["REPLACE a/y @7"]);
});

test("starts a watch-list anew, with nothing kept, when it is closed before its end", async () => {
  await using reflecting = await Reflecting.start({
    before(server) {
      server.faults.next("watchList", { kind: "raw", body: frame("ADDED", configMap("vanished")) });
      withTwo(server);
    },
  });
  await reflecting.pause(800);
  expect(await reflecting.sink.heard(1)).toEqual(["REPLACE a/x,a/y @1002"]);
  expect(reflecting.requests).toEqual(["watchList", "watchList"]);
});

test("falls back to LIST and WATCH for one cycle when the server knows no watch-list", async () => {
  await using reflecting = await Reflecting.start({ before: withoutWatchList });
  expect(await reflecting.sink.heard(1)).toEqual(["REPLACE a/x,a/y @1002"]);
  await reflecting.server.request("watch");
  expect(reflecting.requests).toEqual(["watchList", "list 0", "watch 1002"]);
  (await reflecting.server.stream()).fail({ code: 500, reason: "StoreReadError" });
  await reflecting.pause(800);
  await reflecting.sink.heard(2);
  expect(reflecting.requests.slice(3)).toEqual(["watchList 1002"]);
});

test.each([
  ["410", { code: 410, reason: "Expired" }],
  ["too large a version", { code: 504, reason: "Timeout", causes: [{ reason: "ResourceVersionTooLarge" }] }],
])("asks for the newest watch-list at once after %s", async (_, failure) => {
  await using reflecting = await Reflecting.start({ before: withTwo });
  await reflecting.sink.heard(1);
  reflecting.server.faults.refuse("watchList", failure);
  (await reflecting.server.stream()).fail({ code: 500, reason: "StoreReadError" });
  await reflecting.pause(800);
  await reflecting.sink.heard(2);
  expect(reflecting.requests).toEqual(["watchList", "watchList 1002", "watchList"]);
});

test.each([
  ["too many requests", "status"],
  ["a broken connection", "silence"],
])("pauses and asks for the watch-list again after %s, without a list", async (_, kind) => {
  await using reflecting = await Reflecting.start({
    before(server) {
      withTwo(server);
      if (kind === "status") server.faults.refuse("watchList", { code: 429, reason: "TooManyRequests" });
      else server.faults.next("watchList", { kind: "silence" });
    },
    idleMilliseconds: 5000,
  });
  await reflecting.server.request("watchList");
  if (kind === "silence") await reflecting.pause(5000);
  await reflecting.pause(800);
  await reflecting.sink.heard(1);
  expect(reflecting.requests).toEqual(["watchList", "watchList"]);
});

test("warns while a watch-list is silent, and lists after 30 s", async () => {
  await using reflecting = await Reflecting.start({
    before(server) {
      withTwo(server);
      server.faults.next("watchList", { kind: "raw", body: " ", isOpen: true });
    },
  });
  await reflecting.server.request("watchList");
  for (let warning = 0; warning < 3; warning += 1) await reflecting.pause(10_000);
  await reflecting.sink.heard(1);
  expect(reflecting.requests.slice(0, 2)).toEqual(["watchList", "list 0"]);
  expect(reflecting.logged.filter((line) => line.includes("still no end"))).toHaveLength(3);
});

test("follows pages of 500 at the version of the first", async () => {
  await using reflecting = await Reflecting.start({
    usesWatchList: false,
    pageSize: 500,
    before(server) {
      for (let index = 0; index < 1200; index += 1) server.log.put(COLLECTION, configMap(`x${index}`));
      server.log.put("/other", configMap("other"));
      // Pages only come at other versions than 0.
      server.faults.refuse("list", { code: 410, reason: "Expired" });
    },
  });
  await reflecting.sink.heard(1);
  expect(reflecting.sink.state.size).toBe(1200);
  const lists = reflecting.server.requests.filter(({ verb }) => verb === "list");
  expect(lists.map(({ query }) => Object.keys(query))).toEqual([
    ["limit", "resourceVersion"],
    ["limit"],
    ["limit", "continue"],
    ["limit", "continue"],
  ]);
  expect(reflecting.reflector.lastResourceVersion).toBe("2201");
});

test("lists once without pages when a page expires", async () => {
  await using reflecting = await Reflecting.start({
    usesWatchList: false,
    pageSize: 1,
    before(server) {
      withTwo(server);
      server.faults.refuse("list", { code: 410, reason: "Expired" }); // version 0, which knows no pages
      server.faults.always(({ query }) => {
        return query["continue"] === undefined
          ? undefined
          : { kind: "status", failure: { code: 410, reason: "Expired" } };
      });
    },
  });
  expect(await reflecting.sink.heard(1)).toEqual(["REPLACE a/x,a/y @1002"]);
  const last = reflecting.server.requests.filter(({ verb }) => verb === "list").at(-1);
  expect(last?.query).toEqual({});
});

test("lists from the last version without a limit, and without a version at once when that is gone", async () => {
  await using reflecting = await Reflecting.start({ usesWatchList: false, before: withTwo });
  await reflecting.sink.heard(1);
  reflecting.server.faults.refuse("list", { code: 410, reason: "Gone" });
  (await reflecting.server.stream()).fail({ code: 410, reason: "Expired" });
  await reflecting.pause(800);
  await reflecting.sink.heard(2);
  await reflecting.server.request("watch", 2);
  expect(reflecting.requests).toEqual(["list 0", "watch 1002", "list 1002", "list", "watch 1002"]);
  const [first, again, newest] = reflecting.server.requests.filter(({ verb }) => verb === "list");
  expect([first?.query["limit"], again?.query["limit"], newest?.query["limit"]]).toEqual(["500", undefined, "500"]);
});

function listOf(name: string, token?: string): string {
  const items = [configMap(name)];
  return JSON.stringify({ kind: "List", metadata: { resourceVersion: "1002", continue: token }, items });
}

test("goes on to list in pages where even the first list came in pages, since there is no cache to answer", async () => {
  await using reflecting = await Reflecting.start({
    usesWatchList: false,
    before(server) {
      withTwo(server);
      server.faults.next("list", { kind: "raw", body: listOf("x", "more") });
      server.faults.next("list", { kind: "raw", body: listOf("y") });
    },
  });
  expect(await reflecting.sink.heard(1)).toEqual(["REPLACE a/x,a/y @1002"]);
  (await reflecting.server.stream()).fail({ code: 500, reason: "InternalError" });
  await reflecting.pause(800);
  await reflecting.sink.heard(2);
  const lists = reflecting.server.requests.filter(({ verb }) => verb === "list").map(({ query }) => query);
  expect(lists).toEqual([
    { limit: "500", resourceVersion: "0" },
    { limit: "500", continue: "more" },
    { limit: "500", resourceVersion: "1002" },
  ]);
});

test("refuses a list that is a Table", async () => {
  await using reflecting = await Reflecting.start({
    usesWatchList: false,
    before: (server) => server.faults.next("list", { kind: "raw", body: '{"kind":"Table","metadata":{},"rows":[]}' }),
  });
  await reflecting.pause(800);
  expect(await reflecting.sink.heard(1)).toEqual(["REPLACE  @1000"]);
  expect(reflecting.errors).toEqual(["InternalError"]);
});

test("treats versions as opaque", async () => {
  const log = new ObjectLog(9, (version) => `e${version}:!`);
  await using reflecting = await Reflecting.start({ server: { log }, before: withTwo, usesWatchList: false });
  await reflecting.sink.heard(1);
  await reflecting.server.stream();
  log.put(COLLECTION, configMap("z"));
  expect(await reflecting.sink.heard(2)).toEqual(["REPLACE a/x,a/y @e11:!", "ADDED a/z @e12:!"]);
});

test("does not take the first events of a watch from nowhere for a place to come back to", async () => {
  await using reflecting = await Reflecting.start({
    usesWatchList: false,
    before(server) {
      withTwo(server);
      server.faults.next("list", {
        kind: "raw",
        body: '{"kind":"List","metadata":{"resourceVersion":"0"},"items":[]}',
      });
    },
  });
  await reflecting.sink.heard(3);
  expect(reflecting.reflector.lastResourceVersion).toBe("0");
  reflecting.server.log.put(COLLECTION, configMap("y"));
  await reflecting.sink.heard(4);
  expect(reflecting.reflector.lastResourceVersion).toBe("1003");
});
