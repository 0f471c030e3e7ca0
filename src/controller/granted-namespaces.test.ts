import { expect, test } from "vitest";
import { informersMetrics } from "#cluster/cluster-informers.ts";
import type { Resource, ResourceType } from "#kube/resource.ts";
import { keptLog, until } from "../../test/support/resources.ts";
import { Scene } from "../../test/support/scripted-api-server/scene.ts";
import { GrantedNamespaces } from "./granted-namespaces.ts";

const SECRETS = "/secrets";
const CONFIG_MAPS = "/configmaps";

async function start(stack: AsyncDisposableStack, managedNamespaces: readonly string[] = []) {
  const scene = stack.use(await Scene.start());
  const { clock, client, server } = scene;
  const grants: string[] = [];
  const changes: string[] = [];
  const granted: GrantedNamespaces = new GrantedNamespaces({
    client,
    secretNamespaces: ["a"],
    restartNamespaces: [],
    managedNamespaces,
    onGrant: (namespace) => void grants.push(`${namespace} ${granted.grantOf(namespace)}`),
    onChange: ({ kind }: ResourceType, { type, key }) => void changes.push(`${type} ${kind} ${key}`),
    clock,
    logger: keptLog().logger,
    metrics: informersMetrics(scene.registry),
  });
  const stop = new AbortController();
  const ended = granted.run(stop.signal);
  stack.defer(async () => {
    stop.abort(new Error("the test is over"));
    await ended;
  });
  /** Lets each pause of the reflectors pass until something holds. */
  const inTime = (holds: () => boolean) =>
    until(() => {
      const [pause = 0] = clock.waiting.filter((milliseconds) => milliseconds <= 60_000);
      clock.advance(pause);
      return holds();
    });
  return { granted, grants, changes, server, log: server.log, inTime };
}

function stored(kind: string, name: string, { labels = {}, data }: { labels?: Record<string, string>; data: object }) {
  const whole = { apiVersion: "v1", kind, metadata: { name, namespace: "a", labels }, data };
  return whole as Resource;
}

const forbidden = { code: 403, reason: "Forbidden", message: "secrets is forbidden" };

test("a namespace is granted once its Secrets and ConfigMaps are known, and others never are", async () => {
  await using stack = new AsyncDisposableStack();
  const { granted, grants, log } = await start(stack);
  expect(granted.grantOf("a")).toBe("unknown");
  expect(granted.secrets("a")).toBeUndefined();
  expect(granted.grantOf("b")).toBe("refused");
  log.put(SECRETS, stored("Secret", "openai", { data: { key: "c2s=" } }));
  await until(() => granted.grantOf("a") === "granted");
  expect(grants).toEqual(["a granted"]);
  await until(() => granted.secrets("a")?.get("a/openai") !== undefined);
  expect(granted.configMaps("a")?.size).toBe(0);
});

test("what may not be read is refused, and granted as soon as it may", async () => {
  await using stack = new AsyncDisposableStack();
  const { granted, grants, server, inTime } = await start(stack);
  server.faults.always(({ path }) => (path.endsWith("/secrets") ? { kind: "status", failure: forbidden } : undefined));
  server.dropConnections();
  await inTime(() => granted.grantOf("a") === "refused");
  server.faults.always(undefined);
  await inTime(() => granted.grantOf("a") === "granted");
  expect(grants.at(-1)).toBe("a granted");
});

test("who waits for all namespaces waits until each has answered, or for ten seconds", async () => {
  await using stack = new AsyncDisposableStack();
  const prompt = await start(stack);
  expect(prompt.granted.settled.hasSynced).toBe(false);
  await prompt.granted.settled.synced;
  expect(prompt.granted.grantOf("a")).toBe("granted");
  const slow = await start(stack);
  slow.server.faults.always(() => ({ kind: "silence" }));
  slow.server.dropConnections();
  await slow.inTime(() => slow.granted.settled.hasSynced);
  expect(slow.granted.grantOf("a")).toBe("unknown");
});

test("of others' ConfigMaps only that they are there is kept; ours are kept whole", async () => {
  await using stack = new AsyncDisposableStack();
  const { granted, log, changes } = await start(stack);
  const labels = { "app.kubernetes.io/managed-by": "gatehouse" };
  log.put(CONFIG_MAPS, stored("ConfigMap", "theirs", { data: { much: "text" } }));
  log.put(CONFIG_MAPS, stored("ConfigMap", "ours", { labels, data: { few: "words" } }));
  await until(() => granted.configMaps("a")?.size === 2);
  expect(granted.configMaps("a")?.get("a/theirs")).not.toHaveProperty("data");
  expect(granted.configMaps("a")?.get("a/ours")).toMatchObject({ data: { few: "words" } });
  log.remove(CONFIG_MAPS, "a/ours");
  await until(() => changes.includes("deleted ConfigMap a/ours"));
});

test("what a gateway controls is found by its uid, once all kinds that are made there are known", async () => {
  await using stack = new AsyncDisposableStack();
  const { granted, log } = await start(stack, ["a"]);
  const owner = { apiVersion: "gateway.example.com/v1", kind: "AIGatewayConfig", name: "main", controller: true };
  const owned = (kind: string, name: string, uid: string) => {
    const object = stored(kind, name, { data: {} });
    return { ...object, metadata: { ...object.metadata, ownerReferences: [{ ...owner, uid }] } } as Resource;
  };
  log.put(SECRETS, owned("Secret", "mine", "uid-1"));
  log.put(CONFIG_MAPS, owned("ConfigMap", "another's", "uid-2"));
  for (const collection of ["apps/deployments", "/services"])
    log.put(collection, { ...owned("PartialObjectMetadata", "mine", "uid-1"), apiVersion: "meta.k8s.io/v1" });
  const found = (namespace: string, uid: string) =>
    granted
      .madeFor({ metadata: { name: "main", namespace, uid } })
      .map(({ type, object }) => `${type.kind} ${object.metadata.name}`);
  expect(found("a", "uid-1")).toEqual([]);
  await granted.settled.synced;
  await until(() => found("a", "uid-1").length === 3);
  expect(found("a", "uid-1").toSorted()).toEqual(["Deployment mine", "Secret mine", "Service mine"]);
  expect(found("b", "uid-1")).toEqual([]);
});

test("Deployments that may not be read hold nobody up, and their gateways are looked at again once they may", async () => {
  await using stack = new AsyncDisposableStack();
  const { granted, grants, server, inTime } = await start(stack, ["a"]);
  server.faults.always(({ path }) =>
    path.endsWith("/deployments") ? { kind: "status", failure: forbidden } : undefined,
  );
  await until(() => granted.settled.hasSynced);
  expect(granted.grantOf("a")).toBe("granted");
  const before = grants.length;
  server.faults.always(undefined);
  await inTime(() => grants.length > before);
  expect(grants.at(-1)).toBe("a granted");
});
