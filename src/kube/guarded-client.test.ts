import { expect, test } from "vitest";
import type { Client } from "./client.ts";
import { guardedClient, NotLeaderError } from "./guarded-client.ts";

const TYPE = { group: "", version: "v1", plural: "configmaps", kind: "ConfigMap", namespaced: true };
const NAME = { namespace: "team", name: "settings" };
const MANAGER = { fieldManager: "us" };
const fenced = { apiVersion: "v1", kind: "ConfigMap", metadata: { ...NAME, resourceVersion: "7" } };
const unfenced = { ...fenced, metadata: { ...NAME, resourceVersion: "" } };

const start = (isLeader: boolean) => {
  const sent: string[] = [];
  const record = (verb: string) => () => {
    sent.push(verb);
    return Promise.resolve({});
  };
  const verbs = ["get", "list", "read", "create", "update", "patch", "delete"] as const;
  const client = Object.fromEntries(verbs.map((verb) => [verb, record(verb)])) as unknown as Client;
  return { sent, guarded: guardedClient(client, { isStillLeader: () => isLeader }) };
};

const FENCED: readonly [string, (client: Client) => Promise<unknown>][] = [
  ["a create", (client) => client.create(TYPE, { metadata: NAME })],
  ["an update", (client) => client.update(TYPE, fenced)],
  ["a merge patch", (client) => client.patch(TYPE, NAME, { kind: "merge", document: fenced })],
  ["an apply", (client) => client.patch(TYPE, NAME, { kind: "apply", object: fenced, ...MANAGER })],
  [
    "a JSON patch",
    (client) => {
      const operations = [{ op: "test" as const, path: "/metadata/resourceVersion", value: "7" }];
      return client.patch(TYPE, NAME, { kind: "json", operations });
    },
  ],
  ["a deletion by uid", (client) => client.delete(TYPE, NAME, { preconditions: { uid: "1" } })],
  ["a deletion by version", (client) => client.delete(TYPE, NAME, { preconditions: { resourceVersion: "7" } })],
];

test.each(FENCED)("%s with a resource version is sent by a leader, and by nobody else", async (_what, write) => {
  const leader = start(true);
  await write(leader.guarded);
  expect(leader.sent).toHaveLength(1);
  const follower = start(false);
  await expect(write(follower.guarded)).rejects.toThrow(NotLeaderError);
  expect(follower.sent).toEqual([]);
});

const UNFENCED: readonly [string, (client: Client) => Promise<unknown>][] = [
  ["an update", (client) => client.update(TYPE, unfenced)],
  ["a merge patch", (client) => client.patch(TYPE, NAME, { kind: "merge", document: {} })],
  ["an apply", (client) => client.patch(TYPE, NAME, { kind: "apply", object: unfenced, ...MANAGER })],
  [
    "a JSON patch",
    (client) => client.patch(TYPE, NAME, { kind: "json", operations: [{ op: "remove", path: "/data" }] }),
  ],
  ["a deletion", (client) => client.delete(TYPE, NAME)],
];

test.each(UNFENCED)("%s without a resource version is a fault, even of a leader", async (_what, write) => {
  const { guarded, sent } = start(true);
  await expect(write(guarded)).rejects.toThrow(
    "ConfigMap team/settings: a leader's write must carry a resourceVersion",
  );
  expect(sent).toEqual([]);
});

test("nobody deletes a collection, which nothing can fence", async () => {
  await expect(start(true).guarded.deleteCollection(TYPE, {})).rejects.toThrow("delete one by one");
});

test("everybody may read", async () => {
  const { guarded, sent } = start(false);
  await guarded.get(TYPE, NAME);
  await guarded.list(TYPE, {});
  await guarded.read("/version");
  expect(sent).toEqual(["get", "list", "read"]);
});
