import { expect, test } from "vitest";
import { COLLECTION, CONFIG_MAPS, configMap, Scene } from "../../test/support/scripted-api-server/scene.ts";
import { isAlreadyExists, isConflict, isExpired, isNotFound, KubernetesError } from "./kubernetes-error.ts";

const X = { namespace: "a", name: "x" };

async function failure(promise: Promise<unknown>): Promise<KubernetesError> {
  const error: unknown = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (error instanceof KubernetesError) return error;
  throw new Error("did not fail with a KubernetesError", { cause: error });
}

test("creates, reads, replaces, patches and deletes over one connection", async () => {
  await using scene = await Scene.start();
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
  await using scene = await Scene.start();
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
  await using scene = await Scene.start();
  const { client, server } = scene;
  await client.create(CONFIG_MAPS, configMap("x"));
  await client.update(CONFIG_MAPS, configMap("x"), { subresource: "status", dryRun: true });
  expect(server.requests[1]).toMatchObject({
    path: "/api/v1/namespaces/a/configmaps/x/status",
    query: { dryRun: "All" },
  });
});

test("deletes only what still has the wanted uid", async () => {
  await using scene = await Scene.start();
  const { client } = scene;
  await client.create(CONFIG_MAPS, configMap("x"));
  expect(isConflict(await failure(client.delete(CONFIG_MAPS, X, { preconditions: { uid: "other" } })))).toBe(true);
  await client.delete(CONFIG_MAPS, X, { preconditions: { uid: "uid-1" } });
});

test("deletes a collection by its selector", async () => {
  await using scene = await Scene.start();
  const { client, server } = scene;
  await client.create(CONFIG_MAPS, { ...configMap("x"), metadata: { ...X, labels: { app: "gone" } } });
  await client.create(CONFIG_MAPS, configMap("y"));
  await client.deleteCollection(CONFIG_MAPS, { namespace: "a", labelSelector: "app=gone" });
  expect(server.log.at(COLLECTION).map(({ metadata }) => metadata.name)).toEqual(["y"]);
});

test("says what a refusal means: code, reason and reaction", async () => {
  await using scene = await Scene.start();
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
  await using scene = await Scene.start();
  const { client, server } = scene;
  for (const name of ["x", "y", "z"]) server.log.put(COLLECTION, { metadata: { name, namespace: "a" } });
  const first = await client.list(CONFIG_MAPS, { namespace: "a" }, { limit: 2 });
  expect(first.items).toMatchObject([{ kind: "ConfigMap", apiVersion: "v1" }, { kind: "ConfigMap" }]);
  const token = first.continue ?? "";
  const second = await client.list(CONFIG_MAPS, { namespace: "a" }, { limit: 2, continue: token });
  expect(second.items.map(({ metadata }) => metadata.name)).toEqual(["z"]);
  server.log.put(COLLECTION, configMap("y"));
  server.log.compact();
  expect(isExpired(await failure(client.list(CONFIG_MAPS, {}, { limit: 2, continue: token })))).toBe(true);
});

test.each(["get", "create"] as const)("waits as long as Retry-After says and sends a %s again", async (verb) => {
  await using scene = await Scene.start();
  const { client, server, clock, registry } = scene;
  if (verb === "get") server.log.put(COLLECTION, configMap("x"));
  server.faults.refuse(verb, { code: 429, reason: "TooManyRequests", retryAfterSeconds: 7 });
  const answer = verb === "get" ? client.get(CONFIG_MAPS, X) : client.create(CONFIG_MAPS, configMap("x"));
  await clock.timer((milliseconds) => milliseconds === 7000);
  clock.advance(7000);
  expect((await answer).metadata.name).toBe("x");
  expect(await registry.metrics()).toMatch(/rest_client_request_retries_total\{code="429",verb="\w+",host="127/);
});

test("gives up after ten retries with what the server said last", async () => {
  await using scene = await Scene.start();
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
  await using scene = await Scene.start();
  const { client, server, clock } = scene;
  server.log.put(COLLECTION, configMap("x"));
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
  await using scene = await Scene.start();
  const { client, server, clock } = scene;
  server.faults.next("get", { kind: "silence" });
  const failed = failure(client.get(CONFIG_MAPS, X, { timeoutMilliseconds: 5000 }));
  await server.request("get");
  clock.advance(5000);
  expect((await failed).reason).toBe("Timeout");
  expect(clock.waiting).toEqual([]);
});

test("ends at once with the reason of an abort: before, during and between tries", async () => {
  await using scene = await Scene.start();
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
  await using scene = await Scene.start();
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
