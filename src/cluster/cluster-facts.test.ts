import { Registry } from "prom-client";
import { expect, test } from "vitest";
import type { Resource } from "#kube/resource.ts";
import { Readiness } from "#observability/readiness.ts";
import { FACT_KINDS, FactIndex } from "#policy/fact-index.ts";
import { keptLog, until } from "../../test/support/resources.ts";
import { Scene } from "../../test/support/scripted-api-server/scene.ts";
import { clusterFacts } from "./cluster-facts.ts";
import { clusterInformers, informersMetrics } from "./cluster-informers.ts";
import type { FactForm, FactObject } from "./fact-handler.ts";
import type { Kept } from "./fact-types.ts";

const POLICIES = "gateway.example.com/aigatewaypolicies";
const APPROVALS = "gateway.example.com/approvedmodels";
const CLASSES = "gateway.example.com/aigatewayclasses";
const NAMESPACES = "/namespaces";
const CONFIGS = "gateway.example.com/aigatewayconfigs";

/** Of a reflector whose chance is always 0, in milliseconds. */
const PAUSES: ReadonlySet<number> = new Set([800, 1600, 3200, 6400]);

function formOf(object: FactObject): FactForm {
  const { labels } = object.metadata;
  if (labels?.["faulty"] === undefined) return { faults: [] };
  const { makeshift: spec } = object as { makeshift?: object };
  const makeshift = { ...object, spec };
  return { faults: ["spec: is wrong"], ...(spec && { makeshift }) };
}

/** Facts over a scripted API server, not started yet. */
async function clusterOf(stack: AsyncDisposableStack, kept: Kept = "served") {
  const scene = stack.use(await Scene.start());
  const { clock, client, server } = scene;
  const { logger, lines } = keptLog();
  const [index, readiness, registry] = [new FactIndex(), new Readiness(), new Registry()];
  const informers = clusterInformers({ client, clock, logger, metrics: informersMetrics(registry), random: () => 0 });
  const facts = clusterFacts({ informers, kept, facts: index, formOf, readiness, registry, clock, logger });
  const stop = new AbortController();
  stack.defer(async () => {
    stop.abort(new Error("the test is over"));
    await informers.ended();
  });
  /** Lets each pause of the reflectors pass until something holds. */
  const caughtUp = (holds: () => boolean) =>
    until(() => {
      const pause = clock.waiting.find((milliseconds) => PAUSES.has(milliseconds));
      if (pause !== undefined) clock.advance(pause);
      return holds();
    });
  const ready = async () => (await readiness.states()).map(({ name, holds }) => `${holds ? "+" : "-"}${name}`);
  return {
    facts,
    index,
    informers,
    lines,
    log: server.log,
    caughtUp,
    ready,
    registry,
    scene,
    server,
    start: () => informers.start(stop.signal),
  };
}

/** Started, and in step with the API server. */
async function syncedCluster(
  stack: AsyncDisposableStack,
  fill: (log: Scene["server"]["log"]) => void = () => undefined,
) {
  const cluster = await clusterOf(stack);
  fill(cluster.log);
  cluster.start();
  await cluster.facts.synced;
  return cluster;
}

function object(kind: string, name: string, spec: object, labels: Record<string, string> = {}): Resource {
  const whole = { apiVersion: "gateway.example.com/v1", kind, metadata: { name, labels }, spec };
  return whole;
}

function config(namespace: string, name: string, spec: object = {}): Resource {
  const whole = {
    ...object("AIGatewayConfig", name, { models: [], routes: [], ...spec }),
    metadata: { namespace, name },
  };
  return whole;
}

/** As the API server sends it to whoever asks for metadata alone. */
function namespace(name: string, labels: Record<string, string>): Resource {
  const metadata = { name, labels, annotations: { note: "long" } };
  return { apiVersion: "meta.k8s.io/v1", kind: "PartialObjectMetadata", metadata };
}

const policy = (name: string, spec: object = {}, labels: Record<string, string> = {}) =>
  object("AIGatewayPolicy", name, { mode: "Enforce", ...spec }, labels);

const policiesOf = (index: FactIndex, namespace = "n") => index.effectivePolicy({ namespace, name: "" }, 0).policies;

test("each kind has a claim, handed back when the index holds all of it", async () => {
  await using stack = new AsyncDisposableStack();
  const { facts, index, log, ready, start } = await clusterOf(stack);
  const all = ["aigatewaypolicies", "approvedmodels", "aigatewayclasses", "namespaces", "aigatewayconfigs"];
  all.push("modelconfigs", "airoutes", "prompttemplates", "ratelimitpolicies", "integrationconfigs");
  expect(await ready()).toEqual(all.map((resource) => `-cache-${resource}`));
  expect(facts.missing()).toEqual(all);
  log.put(POLICIES, policy("team"));
  log.put(CLASSES, object("AIGatewayClass", "shared", { adapter: "json" }));
  const approval = { provider: "p", models: ["gpt-*"], lifecycle: { state: "Approved" } };
  log.put(APPROVALS, object("ApprovedModel", "gpt", approval));
  log.put(NAMESPACES, namespace("n", { team: "a" }));
  log.put(CONFIGS, config("n", "main", { gatewayClassName: "shared" }));
  start();
  await facts.synced;
  expect(await ready()).toEqual(all.map((resource) => `+cache-${resource}`));
  expect(facts.missing()).toEqual([]);
  expect(policiesOf(index)).toEqual(["team"]);
  expect(index.gatewayClass("shared")?.spec).toEqual({ adapter: "json" });
  expect(index.approvalsOf("gpt-4o").map(({ metadata }) => metadata.name)).toEqual(["gpt"]);
  expect(index.namespaceLabels("n")).toMatchObject({ team: "a" });
  expect([...index.configsOfClass("shared")]).toEqual([{ kind: "AIGatewayConfig", namespace: "n", name: "main" }]);
});

test("a kind that cannot be read keeps its claim out, and the others theirs back", async () => {
  await using stack = new AsyncDisposableStack();
  const { facts, caughtUp, lines, server, start } = await clusterOf(stack);
  const failure = { code: 403, reason: "Forbidden", message: "approvedmodels is forbidden" };
  server.faults.always(({ collection }) => (collection === APPROVALS ? { kind: "status", failure } : undefined));
  start();
  await until(() => facts.missing().length === 1);
  expect(facts.missing()).toEqual(["approvedmodels"]);
  expect(lines).toContainEqual(expect.objectContaining({ type: "approvedmodels", error: failure.message }));
  server.faults.always(undefined);
  await caughtUp(() => facts.missing().length === 0);
  await facts.synced;
});

test("changes and deletions reach the index one by one", async () => {
  await using stack = new AsyncDisposableStack();
  const { index, log } = await syncedCluster(stack);
  log.put(NAMESPACES, namespace("n", { team: "a" }));
  log.put(POLICIES, policy("chosen", { namespaceSelector: { matchLabels: { team: "b" } } }));
  await until(() => index.namespaceLabels("n") !== undefined);
  expect(policiesOf(index)).toEqual([]);
  log.put(NAMESPACES, namespace("n", { team: "b" }));
  await until(() => policiesOf(index).length === 1);
  log.remove(POLICIES, "chosen");
  await until(() => policiesOf(index).length === 0);
  log.remove(NAMESPACES, "n");
  await until(() => index.namespaceLabels("n") === undefined);
});

test("what happened while the API server was away is caught up with, deletions too", async () => {
  await using stack = new AsyncDisposableStack();
  const { index, caughtUp, log, server } = await syncedCluster(stack, (log) => {
    log.put(POLICIES, policy("going"));
    log.put(POLICIES, policy("staying"));
  });
  expect(policiesOf(index)).toEqual(["going", "staying"]);
  for (const stream of server.streams) stream.mute();
  log.remove(POLICIES, "going");
  log.put(POLICIES, policy("new"));
  log.compact(); // the watch is answered 410, and the deletion is found out from the list
  server.dropConnections();
  await caughtUp(() => policiesOf(index).join() === "new,staying");
});

test("of an object with the wrong shape the last good form stays", async () => {
  await using stack = new AsyncDisposableStack();
  const { index, lines, log } = await syncedCluster(stack, (log) => {
    log.put(POLICIES, policy("good"));
    log.put(POLICIES, policy("never-good", {}, { faulty: "yes" }));
  });
  expect(policiesOf(index)).toEqual(["good"]);
  log.put(POLICIES, policy("good", { mode: "sk-planted" }, { faulty: "yes" }));
  await until(() => lines.filter(({ level }) => level === 50).length === 2);
  expect(policiesOf(index)).toEqual(["good"]);
  expect(lines).toContainEqual(
    expect.objectContaining({ kind: "AIGatewayPolicy", key: "good", faults: ["spec: is wrong"] }),
  );
  expect(JSON.stringify(lines)).not.toContain("sk-planted");
  log.put(POLICIES, policy("never-good"));
  await until(() => policiesOf(index).length === 2);
  log.put(POLICIES, policy("good", { mode: "Audit" }));
  await until(() => policiesOf(index).length === 1);
});

test("of a faulty object without a good form holds what can be read of it, until there is one", async () => {
  await using stack = new AsyncDisposableStack();
  const faulty = (burst: number) => ({
    ...policy("team", { rateLimits: { max: { burst: -1 } } }, { faulty: "yes" }),
    makeshift: { mode: "Enforce", rateLimits: { max: { burst } } },
  });
  const { index, log } = await syncedCluster(stack, (log) => void log.put(POLICIES, faulty(1)));
  const most = () => index.effectivePolicy({ namespace: "n", name: "" }, 0).rateLimits.max.burst?.value;
  expect(most()).toBe(1);
  log.put(POLICIES, faulty(2));
  await until(() => most() === 2);
  log.put(POLICIES, policy("team", { rateLimits: { max: { burst: 3 } } }));
  await until(() => most() === 3);
  log.put(POLICIES, faulty(4));
  log.put(POLICIES, policy("other"));
  await until(() => policiesOf(index).includes("other"));
  expect(most()).toBe(3);
  log.remove(POLICIES, "team");
  await until(() => most() === undefined);
  log.put(POLICIES, faulty(5));
  await until(() => most() === 5);
});

test("the last good form of an object does not outlive it under a faulty one of the same name", async () => {
  await using stack = new AsyncDisposableStack();
  const { index, caughtUp, log, server } = await syncedCluster(stack, (log) => void log.put(POLICIES, policy("team")));
  for (const stream of server.streams) stream.mute();
  log.remove(POLICIES, "team");
  log.put(POLICIES, policy("team", {}, { faulty: "yes" }));
  log.compact();
  server.dropConnections();
  await caughtUp(() => policiesOf(index).length === 0);
});

test("of namespaces only the metadata is asked for, and only labels are kept", async () => {
  await using stack = new AsyncDisposableStack();
  const { index, server } = await syncedCluster(
    stack,
    (log) => void log.put(NAMESPACES, namespace("n", { team: "a" })),
  );
  const accepts = server.requests
    .filter(({ path }) => path === "/api/v1/namespaces")
    .map(({ headers }) => headers.accept);
  expect(accepts).toEqual([expect.stringContaining("as=PartialObjectMetadata")]);
  expect(index.namespaceLabels("n")).toEqual({ team: "a", "kubernetes.io/metadata.name": "n" });
});

test("stored configurations are told apart by namespace, and only what the index serves is kept of them", async () => {
  await using stack = new AsyncDisposableStack();
  const model = { name: "gpt", provider: "p", auth: { value: "sk-planted" } };
  const { index, informers, log } = await syncedCluster(stack, (log) => {
    for (const namespace of ["a", "b"]) log.put(CONFIGS, config(namespace, "main", { models: [model] }));
  });
  const users = () => Array.from(index.usesOf("gpt"), ({ users }) => Array.from(users, ({ namespace }) => namespace));
  expect(users()).toEqual([["a", "b"]]);
  log.remove(CONFIGS, "a/main");
  await until(() => users().join() === "b");
  const { store } = informers.informers.find(({ name }) => name.startsWith("aigatewayconfigs")) ?? {};
  expect(store?.get("b/main")).toMatchObject({ spec: { models: [{ name: "gpt", provider: "p" }] } });
  expect(JSON.stringify(store?.list())).not.toContain("sk-planted");
});

test("for a controller stored objects are kept whole, and judged by what the index serves all the same", async () => {
  await using stack = new AsyncDisposableStack();
  const { facts, index, informers, log, start } = await clusterOf(stack, "whole");
  log.put(CONFIGS, config("a", "main", { models: [{ name: "gpt", auth: { value: "secret://a/b" } }] }));
  // The form is asked about what is served, which labels are not.
  log.put(CONFIGS, {
    ...config("a", "labelled"),
    metadata: { name: "labelled", namespace: "a", labels: { faulty: "" } },
  });
  start();
  await facts.synced;
  const { store } = informers.informers.find(({ name }) => name.startsWith("aigatewayconfigs")) ?? {};
  expect(store?.get("a/main")).toMatchObject({ spec: { models: [{ auth: { value: "secret://a/b" } }] } });
  expect([...index.objectsIn("a").names("AIGatewayConfig")].sort()).toEqual(["labelled", "main"]);
});

test("the age of each cache grows until the API server is heard of again", async () => {
  await using stack = new AsyncDisposableStack();
  const { facts, log, registry, scene, start } = await clusterOf(stack);
  const ages = async () => {
    const metric = await registry.getSingleMetric("gatehouse_cache_age_seconds")?.get();
    return Object.fromEntries(metric?.values.map(({ labels, value }) => [String(labels["kind"]), value]) ?? []);
  };
  expect(await ages()).toEqual({});
  start();
  await facts.synced;
  const kinds = Object.fromEntries(FACT_KINDS.map((kind) => [kind, 7]));
  scene.clock.advance(7000);
  expect(await ages()).toEqual(kinds);
  log.put(POLICIES, policy("new"));
  await expect.poll(ages).toEqual({ ...kinds, AIGatewayPolicy: 0 });
});
