import { expect, test } from "vitest";
import type { Client } from "./client.ts";
import { discover, findResource } from "./discovery.ts";

function group(name: string, ...versions: readonly (readonly [string, ...object[]])[]) {
  return { metadata: { name }, versions: versions.map(([version, ...resources]) => ({ version, resources })) };
}

const CORE = group("", [
  "v1",
  {
    resource: "events",
    responseKind: { kind: "Event" },
    scope: "Namespaced",
    singularResource: "event",
    shortNames: ["ev"],
  },
  { resource: "nodes", responseKind: { kind: "Node" }, scope: "Cluster", singularResource: "node", shortNames: ["no"] },
]);
const EVENTS = group("events.k8s.io", [
  "v1",
  { resource: "events", responseKind: { kind: "Event" }, scope: "Namespaced", singularResource: "event" },
]);
const GATEWAYS = group(
  "example.com",
  ["v2", { resource: "gateways", responseKind: { kind: "Gateway" }, scope: "Namespaced" }],
  [
    "v1",
    { resource: "gateways", responseKind: { kind: "Gateway" }, scope: "Namespaced" },
    { resource: "old", responseKind: { kind: "Old" }, scope: "Namespaced", shortNames: ["gateways"] },
  ],
);

const DOCUMENTS: Readonly<Record<string, object>> = {
  "/api": { items: [CORE] },
  "/apis": { items: [EVENTS, GATEWAYS] },
};

const client: Pick<Client, "read"> = { read: (path) => Promise.resolve(DOCUMENTS[path]) };

test.each([
  ["events", "/v1/events"],
  ["EV", "/v1/events"],
  ["event.events.k8s.io", "events.k8s.io/v1/events"],
  ["Node", "/v1/nodes"],
  ["gateway", "example.com/v2/gateways"],
  ["gateways.example.com", "example.com/v2/gateways"],
  ["gateways.v1.example.com", "example.com/v1/gateways"],
  ["old", "example.com/v1/old"],
  ["gateways", "example.com/v2/gateways"],
])("understands %s as %s", async (name, expected) => {
  const { group, version, plural } = findResource(await discover(client), name) ?? {};
  expect(`${group}/${version}/${plural}`).toBe(expected);
});

test("knows nothing of what the cluster does not serve", async () => {
  expect(findResource(await discover(client), "unicorns")).toBeUndefined();
  expect(findResource(await discover(client), "nodes.example.com")).toBeUndefined();
});
