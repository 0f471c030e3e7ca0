import { expect, test } from "vitest";
import { ObjectLog } from "./object-log.ts";
import { ScriptedApiServer } from "./scripted-api-server.ts";

const COLLECTION = "/configmaps";
const PATH = "/api/v1/namespaces/a/configmaps";

function configMap(name: string, data = {}) {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: "a" }, data };
}

async function call(server: ScriptedApiServer, path: string, init?: RequestInit) {
  const response = await fetch(`${server.url}${path}`, init);
  return { code: response.status, headers: response.headers, body: (await response.json()) as Record<string, unknown> };
}

/** The first events of a watch, as `TYPE name`. */
async function events(server: ScriptedApiServer, query: string, count: number): Promise<string[]> {
  const response = await fetch(`${server.url}${PATH}?watch=true&${query}`);
  const seen: string[] = [];
  let text = "";
  for await (const chunk of (response.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream())) {
    text += chunk;
    const lines = text.split("\n");
    text = lines.pop() ?? "";
    for (const line of lines) {
      const { type, object } = JSON.parse(line) as {
        type: string;
        object: { code?: number; metadata: { name?: string } };
      };
      seen.push(`${type} ${object.code ?? object.metadata.name ?? ""}`.trim());
    }
    if (seen.length >= count) break;
  }
  return seen;
}

test("stores what is posted, and refuses a taken name and a stale version", async () => {
  await using server = await ScriptedApiServer.start();
  const created = await call(server, PATH, { method: "POST", body: JSON.stringify(configMap("x")) });
  expect(created).toMatchObject({ code: 201, body: { metadata: { resourceVersion: "1001", uid: "uid-1" } } });
  expect((await call(server, PATH, { method: "POST", body: JSON.stringify(configMap("x")) })).body["reason"]).toBe(
    "AlreadyExists",
  );
  const stale = { ...configMap("x"), metadata: { name: "x", namespace: "a", resourceVersion: "7" } };
  const refused = await call(server, `${PATH}/x`, { method: "PUT", body: JSON.stringify(stale) });
  expect(refused).toMatchObject({ code: 409, body: { reason: "Conflict" } });
});

test("lists in pages of one version, which a compaction ends with 410", async () => {
  await using server = await ScriptedApiServer.start();
  for (const name of ["x", "y", "z"]) server.log.put(COLLECTION, configMap(name));
  const first = await call(server, `${PATH}?limit=2`);
  const { resourceVersion, continue: token } = first.body["metadata"] as Record<string, string>;
  expect(resourceVersion).toBe("1003");
  server.log.remove(COLLECTION, "a/z");
  const second = await call(server, `${PATH}?limit=2&continue=${token}`);
  expect(second.body).toMatchObject({ metadata: { resourceVersion: "1003" }, items: [{ metadata: { name: "z" } }] });
  server.log.compact();
  expect((await call(server, `${PATH}?limit=2&continue=${token}`)).code).toBe(410);
});

test("ignores the limit at version 0, as the watch cache does", async () => {
  await using server = await ScriptedApiServer.start();
  for (const name of ["x", "y", "z"]) server.log.put(COLLECTION, configMap(name));
  expect((await call(server, `${PATH}?limit=2&resourceVersion=0`)).body["items"]).toHaveLength(3);
});

test("answers a list from the future with 504 and when to come again", async () => {
  await using server = await ScriptedApiServer.start();
  const { code, headers, body } = await call(server, `${PATH}?resourceVersion=2000`);
  expect([code, headers.get("retry-after")]).toEqual([504, "1"]);
  expect(body["details"]).toMatchObject({ causes: [{ reason: "ResourceVersionTooLarge" }] });
});

test("watches from a version and says what happens since", async () => {
  await using server = await ScriptedApiServer.start();
  const { resourceVersion } = server.log;
  server.log.put(COLLECTION, configMap("x"));
  server.log.put(COLLECTION, configMap("x", { changed: "yes" }));
  server.log.remove(COLLECTION, "a/x");
  expect(await events(server, `resourceVersion=${resourceVersion}`, 3)).toEqual(["ADDED x", "MODIFIED x", "DELETED x"]);
});

test("ends initial events with an annotated bookmark and goes on", async () => {
  await using server = await ScriptedApiServer.start();
  server.log.put(COLLECTION, configMap("x"));
  const seen = events(server, "sendInitialEvents=true&resourceVersionMatch=NotOlderThan", 3);
  await server.stream();
  server.log.put(COLLECTION, configMap("y"));
  expect(await seen).toEqual(["ADDED x", "BOOKMARK", "ADDED y"]);
});

test("answers a watch of a compacted version with one ERROR event and closes", async () => {
  await using server = await ScriptedApiServer.start();
  const { resourceVersion } = server.log;
  server.log.put(COLLECTION, configMap("x"));
  server.log.compact();
  expect(await events(server, `resourceVersion=${resourceVersion}`, 9)).toEqual(["ERROR 410"]);
});

test("answers a watch from the future with one ERROR event", async () => {
  await using server = await ScriptedApiServer.start();
  expect(await events(server, "resourceVersion=2000", 9)).toEqual(["ERROR 504"]);
});

test("starts a watch without a version with all that there is", async () => {
  await using server = await ScriptedApiServer.start();
  for (const name of ["x", "y"]) server.log.put(COLLECTION, configMap(name));
  expect(await events(server, "", 2)).toEqual(["ADDED x", "ADDED y"]);
});

test("gives each fault to one request of its kind", async () => {
  await using server = await ScriptedApiServer.start();
  server.faults.refuse("list", { code: 429, reason: "TooManyRequests", retryAfterSeconds: 3 });
  server.faults.next("list", { kind: "reset" });
  expect((await call(server, PATH)).headers.get("retry-after")).toBe("3");
  await expect(call(server, PATH)).rejects.toThrow("fetch failed");
  expect((await call(server, PATH)).code).toBe(200);
  expect(server.count("list")).toBe(3);
});

test("may write its versions as it likes, since they are opaque", async () => {
  await using server = await ScriptedApiServer.start({ log: new ObjectLog(5, (version) => `v${version}-x`) });
  server.log.put(COLLECTION, configMap("x"));
  expect((await call(server, PATH)).body["metadata"]).toEqual({ resourceVersion: "v6-x" });
  expect(await events(server, "resourceVersion=v5-x", 1)).toEqual(["ADDED x"]);
});
