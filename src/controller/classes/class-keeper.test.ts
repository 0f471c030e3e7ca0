import { expect, test } from "vitest";
import { CLEANUP_FINALIZER, SKIP_CLEANUP_ANNOTATION } from "#api/controller-names.ts";
import { API_VERSION } from "#api/kind.ts";
import { CONTROLLER_NAME, DEFAULT_CLASS_ANNOTATION } from "#api/kinds/ai-gateway-class.ts";
import type { FactObject } from "#cluster/fact-handler.ts";
import { classWorld } from "../../../test/support/class-world.ts";

const THEIRS = "example.com/theirs";

const gatewayClass = (metadata: object = {}, spec: object = {}, more: object = {}) =>
  ({
    apiVersion: API_VERSION,
    kind: "AIGatewayClass",
    metadata: { name: "pushed", ...metadata },
    spec: { adapter: "caddy", ...spec },
    ...more,
  }) as unknown as FactObject;

const gateway = (metadata: object = {}, spec: object = {}) =>
  ({
    apiVersion: API_VERSION,
    kind: "AIGatewayConfig",
    metadata: { name: "main", namespace: "a", ...metadata },
    spec: { gatewayClassName: "pushed", models: [], routes: [], ...spec },
  }) as unknown as FactObject;

const KEPT = { finalizers: [CLEANUP_FINALIZER] };
const GOING = { deletionTimestamp: "2027-01-01T00:00:00Z" };

test("a class has our finalizer as long as a gateway of it has, and others' stay", () =>
  classWorld(async ({ put, remove, settled, finalizers, writes }) => {
    put(gatewayClass({ finalizers: ["example.com/other"] }));
    put(gateway());
    await settled();
    expect(writes).toEqual([]);
    put(gateway(KEPT));
    put(gateway({ ...KEPT, name: "second" }));
    await settled();
    expect(finalizers("pushed")).toEqual(["example.com/other", CLEANUP_FINALIZER]);
    remove("AIGatewayConfig", "a/main");
    await settled();
    expect(finalizers("pushed")).toEqual(["example.com/other", CLEANUP_FINALIZER]);
    put(gateway({ name: "second", finalizers: [] }));
    await settled();
    expect(finalizers("pushed")).toEqual(["example.com/other"]);
    expect(writes).toHaveLength(2);
  }));

test("one that somebody takes off comes back", () =>
  classWorld(async ({ put, settled, finalizers }) => {
    put(gatewayClass());
    put(gateway(KEPT));
    await settled();
    put(gatewayClass());
    await settled();
    expect(finalizers("pushed")).toEqual([CLEANUP_FINALIZER]);
  }));

test("whoever begins to lead puts right what is left over and what is missing", () =>
  classWorld(
    async ({ finalizers }) => {
      expect(finalizers("pushed")).toEqual([CLEANUP_FINALIZER]);
      expect(finalizers("unused")).toEqual([]);
    },
    [gatewayClass(), gateway(KEPT), gatewayClass({ ...KEPT, name: "unused" })],
  ));

test("a gateway that changes class lets go of one and holds the other", () =>
  classWorld(async ({ put, settled, finalizers }) => {
    put(gatewayClass());
    put(gatewayClass({ name: "other" }));
    put(gateway(KEPT));
    await settled();
    put(gateway(KEPT, { gatewayClassName: "other" }));
    await settled();
    expect(finalizers("pushed")).toEqual([]);
    expect(finalizers("other")).toEqual([CLEANUP_FINALIZER]);
  }));

test("gateways without a class need the default one, whichever that is", () =>
  classWorld(async ({ put, settled, finalizers }) => {
    const annotations = { [DEFAULT_CLASS_ANNOTATION]: "true" };
    put(gatewayClass({ annotations, creationTimestamp: "2026-01-01T00:00:00Z" }));
    put(gatewayClass({ name: "next", annotations, creationTimestamp: "2026-01-02T00:00:00Z" }));
    put(gateway(KEPT, { gatewayClassName: undefined }));
    await settled();
    expect(finalizers("pushed")).toEqual([CLEANUP_FINALIZER]);
    expect(finalizers("next")).toBeUndefined();
    put(gatewayClass({ ...KEPT, creationTimestamp: "2026-01-01T00:00:00Z" }));
    await settled();
    expect(finalizers("pushed")).toEqual([]);
    expect(finalizers("next")).toEqual([CLEANUP_FINALIZER]);
  }));

test("a class that is being deleted waits for its last gateway, unless it is let go by annotation", () =>
  classWorld(async ({ put, remove, settled, get }) => {
    put(gatewayClass({ ...GOING, ...KEPT }));
    put(gateway(KEPT));
    await settled();
    expect(get("pushed")).toBeDefined();
    remove("AIGatewayConfig", "a/main");
    await settled();
    expect(get("pushed")).toBeUndefined();

    put(gatewayClass({ ...GOING, ...KEPT, name: "forced" }));
    put(gateway(KEPT, { gatewayClassName: "forced" }));
    await settled();
    put(gatewayClass({ ...GOING, ...KEPT, name: "forced", annotations: { [SKIP_CLEANUP_ANNOTATION]: "true" } }));
    await settled();
    expect(get("forced")).toBeUndefined();
  }));

test("the annotation says nothing of a class that is not being deleted", () =>
  classWorld(async ({ put, settled, finalizers }) => {
    put(gatewayClass({ annotations: { [SKIP_CLEANUP_ANNOTATION]: "true" } }));
    put(gateway(KEPT));
    await settled();
    expect(finalizers("pushed")).toEqual([CLEANUP_FINALIZER]);
  }));

test("a class of another controller is left alone, whoever has put a finalizer there", () =>
  classWorld(async ({ put, settled, writes }) => {
    put(gatewayClass({}, { controllerName: THEIRS }));
    put(gatewayClass({ ...KEPT, name: "kept" }, { controllerName: THEIRS }, { status: { controllerName: THEIRS } }));
    put(gateway(KEPT));
    await settled();
    expect(writes).toEqual([]);
  }));

test("a class that was ours is handed over with nothing of ours in it, once no gateway of it needs us", () =>
  classWorld(async ({ put, settled, get, writes }) => {
    const status = { status: { controllerName: CONTROLLER_NAME, usedBy: 1 } };
    put(gatewayClass({}, {}, status));
    put(gateway(KEPT));
    await settled();
    writes.length = 0;
    put(gatewayClass(KEPT, { controllerName: THEIRS }, status));
    await settled();
    expect(writes).toEqual([]);
    put(gateway());
    await settled();
    expect(get("pushed")).toMatchObject({ metadata: { finalizers: [] }, status: {} });
    expect(writes).toEqual(["merge pushed", "apply pushed"]);
  }));

test("a class that goes to another and is being deleted goes by annotation, unless that one keeps it", () =>
  classWorld(async ({ put, settled, get, writes }) => {
    const theirs = { controllerName: THEIRS };
    const forced = { ...GOING, ...KEPT, annotations: { [SKIP_CLEANUP_ANNOTATION]: "true" } };
    put(gateway(KEPT));
    put(gateway({ ...KEPT, name: "second" }, { gatewayClassName: "taken" }));
    put(gatewayClass({ ...GOING, ...KEPT }, theirs, { status: { controllerName: CONTROLLER_NAME } }));
    put(gatewayClass({ ...forced, name: "taken" }, theirs, { status: { controllerName: THEIRS } }));
    await settled();
    expect(writes).toEqual([]);
    put(gatewayClass(forced, theirs, { status: { controllerName: CONTROLLER_NAME } }));
    await settled();
    expect(get("pushed")).toBeUndefined();
  }));

test("nor does a finalizer keep it of whoever was killed before it could say that the class was its own", () =>
  classWorld(async ({ put, settled, get, writes }) => {
    put(gateway(KEPT));
    put(gatewayClass({ ...GOING, ...KEPT }, { controllerName: THEIRS }));
    await settled();
    expect(writes).toEqual([]);
    put(gateway());
    await settled();
    expect(get("pushed")).toBeUndefined();
  }));

test("nothing but what matters wakes a class", () =>
  classWorld(async ({ put, settled, reconciles }) => {
    put(gatewayClass());
    put(gateway(KEPT));
    await settled();
    const before = await reconciles();
    put(gateway(KEPT, { models: [{ name: "m" }] }));
    put(gateway({ ...KEPT, labels: { a: "b" } }));
    put(gateway({ name: "second" }));
    put(gatewayClass(KEPT, {}, { status: { usedBy: 2 } }));
    await settled();
    expect(await reconciles()).toBe(before);
    put(gateway({ ...KEPT, name: "second" }));
    await settled();
    expect(await reconciles()).toBe(before + 1);
  }));

test("a class is held before its gateway is, and not let go before the gateway is seen to be", () =>
  classWorld(async ({ put, settled, finalizers, keeper, get }) => {
    const { signal } = new AbortController();
    put(gatewayClass());
    put(gateway());
    await settled();
    const held = get("pushed");
    expect(await keeper.holder.hold("a/main", held as never, signal)).toBeUndefined();
    await settled();
    expect(finalizers("pushed")).toEqual([CLEANUP_FINALIZER]);
    put(gateway(KEPT));
    put(gateway());
    await settled();
    expect(finalizers("pushed")).toEqual([]);

    await keeper.holder.hold("a/main", held as never, signal);
    keeper.holder.letGo("a/main");
    put(gateway(KEPT));
    put(gateway());
    await settled();
    expect(finalizers("pushed")).toEqual([]);
  }));

test("a class that is being deleted takes no gateway more, finalizer or not", () =>
  classWorld(async ({ put, settled, keeper, get, writes }) => {
    const { signal } = new AbortController();
    put(gatewayClass({ ...GOING, finalizers: ["example.com/other"] }));
    await settled();
    const refusal = await keeper.holder.hold("a/main", get("pushed") as never, signal);
    expect(refusal).toMatchObject({ type: "refused", reason: "ClassTerminating" });
    put(gatewayClass({ ...GOING, ...KEPT }));
    put(gateway({ ...KEPT, name: "old" }));
    await settled();
    expect(await keeper.holder.hold("a/main", get("pushed") as never, signal)).toMatchObject({ type: "refused" });
    expect(writes).toEqual([]);
  }));
