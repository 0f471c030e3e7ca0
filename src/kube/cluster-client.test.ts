import { Registry } from "prom-client";
import { expect, test } from "vitest";
import { ManualClock } from "../../test/support/manual-clock.ts";
import { ScriptedApiServer } from "../../test/support/scripted-api-server/scripted-api-server.ts";
import type { WatchEvent } from "./client.ts";
import { ClientMetrics } from "./client-metrics.ts";
import { ClusterClient } from "./cluster-client.ts";
import { isAlreadyExists, isConflict, isExpired, isNotFound, KubernetesError } from "./kubernetes-error.ts";
import type { Resource, ResourceType } from "./resource.ts";

const CONFIG_MAPS: ResourceType = {
  group: "",
  version: "v1",
  plural: "configmaps",
  kind: "ConfigMap",
  namespaced: true,
};
const X = { namespace: "a", name: "x" };

type ConfigMap = Resource & { readonly data?: Readonly<Record<string, string>> };

function configMap(name: string, data: Record<string, string> = {}): ConfigMap {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: "a" }, data };
}

async function started() {
  const server = await ScriptedApiServer.start();
  const clock = new ManualClock();
  const registry = new Registry();
  const client = new ClusterClient({
    connection: {
      server: server.url,
      namespace: undefined,
      identity: () => Promise.resolve({ headers: { authorization: "Bearer token" } }),
    },
    clock,
    userAgent: "test/1",
    metrics: new ClientMetrics(registry),
  });
  const close = async () => {
    client[Symbol.dispose]();
    await server[Symbol.asyncDispose]();
  };
  return { server, clock, client, registry, [Symbol.asyncDispose]: close };
}

async function failure(promise: Promise<unknown>): Promise<KubernetesError> {
  const error: unknown = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (error instanceof KubernetesError) return error;
  throw new Error("did not fail with a KubernetesError", { cause: error });
}

test("creates, reads, replaces, patches and deletes over one connection", async () => {
  await using scene = await started();
  const { client, server } = scene;
  const created = await client.create(CONFIG_MAPS, configMap("x", { a: "1" }));
  expect(created.metadata).toMatchObject({ uid: "uid-1", resourceVersion: "1001" });
  await client.update(CONFIG_MAPS, { ...created, data: { a: "2" } });
  await client.patch(CONFIG_MAPS, X, { kind: "merge", document: { data: { b: "3" } } });
  await client.patch(CONFIG_MAPS, X, { kind: "json", operations: [{ op: "remove", path: "/data/a" }] });
  expect(await client.get(CONFIG_MAPS, X)).toMatchObject({ data: { b: "3" } });
  await client.delete(CONFIG_MAPS, X);
  expect(isNotFound(await failure(client.get(CONFIG_MAPS, X)))).toBe(true);
  expect(server.connections).toBe(1);
  expect(server.requests[0]?.headers).toMatchObject({ authorization: "Bearer token", "user-agent": "test/1" });
});

test("applies as a field manager, by force where that is asked for", async () => {
  await using scene = await started();
  const { client, server } = scene;
  await client.patch(CONFIG_MAPS, X, { kind: "apply", object: configMap("x"), fieldManager: "me", force: true });
  expect(server.requests[0]).toMatchObject({
    method: "PATCH",
    path: "/api/v1/namespaces/a/configmaps/x",
    query: { fieldManager: "me", force: "true" },
    headers: { "content-type": "application/apply-patch+yaml" },
  });
});

test("writes a status through its subresource", async () => {
  await using scene = await started();
  const { client, server } = scene;
  await client.create(CONFIG_MAPS, configMap("x"));
  await client.update(CONFIG_MAPS, configMap("x"), { subresource: "status", dryRun: true });
  expect(server.requests[1]).toMatchObject({
    path: "/api/v1/namespaces/a/configmaps/x/status",
    query: { dryRun: "All" },
  });
});

test("deletes only what still has the wanted uid", async () => {
  await using scene = await started();
  const { client } = scene;
  await client.create(CONFIG_MAPS, configMap("x"));
  expect(isConflict(await failure(client.delete(CONFIG_MAPS, X, { preconditions: { uid: "other" } })))).toBe(true);
  await client.delete(CONFIG_MAPS, X, { preconditions: { uid: "uid-1" } });
});

test("deletes a collection by its selector", async () => {
  await using scene = await started();
  const { client, server } = scene;
  await client.create(CONFIG_MAPS, { ...configMap("x"), metadata: { ...X, labels: { app: "gone" } } });
  await client.create(CONFIG_MAPS, configMap("y"));
  await client.deleteCollection(CONFIG_MAPS, { namespace: "a", labelSelector: "app=gone" });
  expect(server.log.at("/configmaps").map(({ metadata }) => metadata.name)).toEqual(["y"]);
});

test("says what a refusal means: code, reason and reaction", async () => {
  await using scene = await started();
  const { client, server } = scene;
  await client.create(CONFIG_MAPS, configMap("x"));
  const taken = await failure(client.create(CONFIG_MAPS, configMap("x")));
  expect([isAlreadyExists(taken), taken.code, taken.reaction]).toEqual([true, 409, "reread"]);
  const causes = [{ reason: "FieldValueInvalid", field: "data", message: "no" }];
  server.faults.refuse("update", { code: 422, reason: "Invalid", message: "is invalid", causes });
  const invalid = await failure(client.update(CONFIG_MAPS, configMap("x")));
  expect([invalid.reaction, invalid.causes, invalid.message]).toEqual(["terminal", causes, "is invalid"]);
  server.faults.refuse("get", { code: 403, reason: "Forbidden" });
  expect((await failure(client.get(CONFIG_MAPS, X))).reaction).toBe("retry");
});

test("lists in pages and names the kind of each item", async () => {
  await using scene = await started();
  const { client, server } = scene;
  for (const name of ["x", "y", "z"]) server.log.put("/configmaps", { metadata: { name, namespace: "a" } });
  const first = await client.list(CONFIG_MAPS, { namespace: "a" }, { limit: 2 });
  expect(first.items).toMatchObject([{ kind: "ConfigMap", apiVersion: "v1" }, { kind: "ConfigMap" }]);
  const token = first.continue ?? "";
  const second = await client.list(CONFIG_MAPS, { namespace: "a" }, { limit: 2, continue: token });
  expect(second.items.map(({ metadata }) => metadata.name)).toEqual(["z"]);
  server.log.put("/configmaps", configMap("y"));
  server.log.compact();
  expect(isExpired(await failure(client.list(CONFIG_MAPS, {}, { limit: 2, continue: token })))).toBe(true);
});

test.each(["get", "create"] as const)("waits as long as Retry-After says and sends a %s again", async (verb) => {
  await using scene = await started();
  const { client, server, clock, registry } = scene;
  if (verb === "get") server.log.put("/configmaps", configMap("x"));
  server.faults.refuse(verb, { code: 429, reason: "TooManyRequests", retryAfterSeconds: 7 });
  const answer = verb === "get" ? client.get(CONFIG_MAPS, X) : client.create(CONFIG_MAPS, configMap("x"));
  await clock.timer((milliseconds) => milliseconds === 7000);
  clock.advance(7000);
  expect((await answer).metadata.name).toBe("x");
  expect(await registry.metrics()).toMatch(/rest_client_request_retries_total\{code="429",verb="\w+",host="127/);
});

test("gives up after ten retries with what the server said last", async () => {
  await using scene = await started();
  const { client, server, clock } = scene;
  server.faults.refuse("get", { code: 503, reason: "ServiceUnavailable", retryAfterSeconds: 1 }, 20);
  const failed = failure(client.get(CONFIG_MAPS, X));
  for (let retry = 1; retry <= 10; retry += 1) {
    await clock.timer((milliseconds) => milliseconds === 1000);
    clock.advance(1000);
  }
  expect((await failed).code).toBe(503);
  expect(server.count("get")).toBe(11);
});

test("repeats a read when the connection breaks, and leaves a write to its caller", async () => {
  await using scene = await started();
  const { client, server, clock } = scene;
  server.log.put("/configmaps", configMap("x"));
  server.faults.next("get", { kind: "reset" });
  server.faults.next("update", { kind: "reset" });
  const read = client.get(CONFIG_MAPS, X);
  await clock.timer((milliseconds) => milliseconds === 1000);
  clock.advance(1000);
  await read;
  const broken = await failure(client.update(CONFIG_MAPS, configMap("x")));
  expect([broken.code, broken.reason, broken.reaction]).toEqual([0, "ConnectionFault", "retry"]);
  expect([server.count("get"), server.count("update")]).toEqual([2, 1]);
});

test("gives up on a server that says nothing, after the time of the request", async () => {
  await using scene = await started();
  const { client, server, clock } = scene;
  server.faults.next("get", { kind: "silence" });
  const failed = failure(client.get(CONFIG_MAPS, X, { timeoutMilliseconds: 5000 }));
  await server.request("get");
  clock.advance(5000);
  expect((await failed).reason).toBe("Timeout");
  expect(clock.waiting).toEqual([]);
});

test("ends at once with the reason of an abort: before, during and between tries", async () => {
  await using scene = await started();
  const { client, server, clock } = scene;
  const reason = new Error("stopping");
  await expect(client.get(CONFIG_MAPS, X, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  server.faults.next("get", { kind: "silence" });
  server.faults.refuse("get", { code: 429, retryAfterSeconds: 9 });
  for (const arrived of [() => server.request("get"), () => clock.timer((wait) => wait === 9000)]) {
    const stop = new AbortController();
    const pending = client.get(CONFIG_MAPS, X, { signal: stop.signal });
    await arrived();
    stop.abort(reason);
    await expect(pending).rejects.toBe(reason);
  }
  expect(clock.waiting).toEqual([]);
});

test("counts requests by code and method under client-go's names", async () => {
  await using scene = await started();
  const { client, registry, server } = scene;
  await client.create(CONFIG_MAPS, configMap("x"));
  await failure(client.create(CONFIG_MAPS, configMap("x")));
  server.faults.next("update", { kind: "reset" });
  await failure(client.update(CONFIG_MAPS, configMap("x")));
  const text = await registry.metrics();
  expect(text).toContain(`rest_client_requests_total{code="201",method="POST",host="${client.host}"} 1`);
  expect(text).toContain(`rest_client_requests_total{code="409",method="POST",host="${client.host}"} 1`);
  expect(text).toContain(`rest_client_requests_total{code="<error>",method="PUT",host="${client.host}"} 1`);
  expect(text).toContain(`rest_client_request_duration_seconds_count{verb="POST",host="${client.host}"} 2`);
});

/** The first events of a watch. */
async function take<R extends Resource>(events: AsyncIterable<WatchEvent<R>>, count: number): Promise<WatchEvent<R>[]> {
  const taken: WatchEvent<R>[] = [];
  for await (const event of events) if (taken.push(event) >= count) break;
  return taken;
}

test.each([1, 2, 3, 7])("reads events that arrive %i bytes at a time", async (bytes) => {
  await using scene = await started();
  const { client, server } = scene;
  const events = take(client.watch<ConfigMap>(CONFIG_MAPS, {}, { resourceVersion: server.log.resourceVersion }), 2);
  (await server.stream()).chunk(bytes);
  server.log.put("/configmaps", configMap("x", { text: "Grüße 😀" }));
  server.log.put("/configmaps", configMap("x", { text: "später" }));
  expect(await events).toMatchObject([
    { type: "ADDED", object: { data: { text: "Grüße 😀" } } },
    { type: "MODIFIED", object: { data: { text: "später" } } },
  ]);
});

test("reads many events in one chunk, and one of 5 MB in many", async () => {
  await using scene = await started();
  const { client, server } = scene;
  const { resourceVersion } = server.log;
  for (let index = 0; index < 100; index += 1) server.log.put("/configmaps", configMap(`x${index}`));
  server.log.put("/configmaps", configMap("large", { text: "ä".repeat(2.5 * 1024 * 1024) }));
  const events = await take(client.watch<ConfigMap>(CONFIG_MAPS, {}, { resourceVersion }), 101);
  expect(events.at(-1)).toMatchObject({ object: { metadata: { name: "large" } } });
});

test("ends a watch without an error when the connection breaks in the middle of an event", async () => {
  await using scene = await started();
  const { client, server } = scene;
  const events = take(client.watch(CONFIG_MAPS, {}, { resourceVersion: server.log.resourceVersion }), 9);
  const stream = await server.stream();
  stream.write('{"type":"ADDED","obj');
  await server.request("watch");
  stream.reset();
  expect(await events).toEqual([]);
});

test("ends a watch that has been silent for too long", async () => {
  await using scene = await started();
  const { client, server, clock } = scene;
  const options = { resourceVersion: server.log.resourceVersion, idleMilliseconds: 9000 };
  const events = client.watch(CONFIG_MAPS, {}, options)[Symbol.asyncIterator]();
  const first = events.next();
  const stream = await server.stream();
  server.log.put("/configmaps", configMap("x"));
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
  await using scene = await started();
  const { client, server } = scene;
  server.faults.next("watch", { kind: "raw", body });
  const [event] = await take(client.watch(CONFIG_MAPS, {}), 1);
  expect(event).toMatchObject({ type: "ERROR", error: { code: 500, causes: [{ reason: "ClientWatchDecoding" }] } });
  expect(JSON.stringify(event)).not.toContain("oops");
});

test("hands over what the server says in an ERROR event", async () => {
  await using scene = await started();
  const { client, server } = scene;
  const { resourceVersion } = server.log;
  server.log.put("/configmaps", configMap("x"));
  server.log.compact();
  const [event] = await take(client.watch(CONFIG_MAPS, {}, { resourceVersion }), 1);
  expect(event?.type === "ERROR" && isExpired(event.error)).toBe(true);
});

test("closes the connection of a watch that nobody reads any more", async () => {
  await using scene = await started();
  const { client, server, clock } = scene;
  server.log.put("/configmaps", configMap("x"));
  await take(client.watch(CONFIG_MAPS, {}), 1);
  expect(clock.waiting).toEqual([]);
  const stream = await server.stream();
  await stream.closed;
  expect(stream.isOpen).toBe(false);
});
