import { afterAll, beforeAll, expect, test } from "vitest";
import { describeOnControlPlane } from "../support/control-plane/connect.ts";
import { type InstalledFloor, installFloor } from "../support/gatehouse/floor.ts";
import { everyRule, floorScene, policy, type StoredObject } from "../support/gatehouse/floor-scene.ts";
import { installCustomResourceDefinitions } from "../support/gatehouse/install.ts";

const FIRST = { name: "old", endpoint: "http://127.0.0.1/v1", rateLimits: { burst: 9, requestsPerMinute: 1 } };
const SECOND = { name: "plain", endpoint: "http://api.openai.com/v1", tls: { insecureSkipVerify: true } };
const OLD = { models: [FIRST, SECOND], routes: [] };

describeOnControlPlane("the admission floor and old faults", (plane) => {
  const { here, said, store } = floorScene(plane);
  const stack = new AsyncDisposableStack();
  let floor: InstalledFloor;

  beforeAll(async () => {
    await installCustomResourceDefinitions(plane);
    floor = stack.use(await installFloor(plane));
  });

  afterAll(() => stack.disposeAsync());

  let object: StoredObject;

  beforeAll(async () => {
    await floor.write([here()]);
    object = stack.use(await store("AIGatewayConfig", OLD, { finalizers: ["example.com/hold"] }));
    const rateLimits = { max: { burst: 5 } };
    await floor.write([
      here(),
      policy("new", { rules: everyRule("Deny"), rateLimits, endpoints: { allowHTTP: false } }),
    ]);
  });

  const withModels = (...models: readonly unknown[]) => object.changed({ spec: { models } });

  test("would be one today", async () => {
    expect(await said("AIGatewayConfig", OLD)).not.toBe("");
  });

  test("holds up no change of anything else", async () => {
    expect(await object.changed({ metadata: { labels: { a: "b" } } })).toBe("");
    expect(await withModels(SECOND, FIRST)).toBe("");
    expect(await withModels({ ...FIRST, region: "eu" }, SECOND)).toBe("");
  });

  test.each([
    ["an id", { ...FIRST, model: "new" }, /unapproved-model/],
    ["a name", { ...FIRST, name: "new" }, /unapproved-model/],
    ["a limit", { ...FIRST, rateLimits: { burst: 8 } }, /rate-limit-bounds/],
    ["a URL", { ...FIRST, endpoint: "http://127.0.0.1/v2" }, /forbidden-endpoint/],
    ["a URL outside", { ...SECOND, endpoint: "http://api.openai.com/v2" }, /plaintext-endpoint/],
    ["a check that is left out", { ...FIRST, tls: { insecureSkipVerify: true } }, /plaintext-endpoint/],
  ])("excuses no other one: %s", async (_, model, message) => {
    expect(await withModels(model)).toMatch(message);
  });

  test("never keeps an object from being deleted, nor from being changed after that", async () => {
    expect(await object.delete()).toBe(200);
    expect(await withModels({ name: "whatever" })).toBe("");
  });
});
