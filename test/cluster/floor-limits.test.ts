import { afterAll, beforeAll, expect, test } from "vitest";
import { describeOnControlPlane } from "../support/control-plane/connect.ts";
import { type InstalledFloor, installFloor } from "../support/gatehouse/floor.ts";
import { everyRule, floorScene, policy } from "../support/gatehouse/floor-scene.ts";
import { installCustomResourceDefinitions } from "../support/gatehouse/install.ts";

const ordinary = { requests: 60, window: "1m" };

const withLimits = (...limits: readonly object[]) => ({
  targetRefs: [{ kind: "AIGatewayConfig", name: "main" }],
  limits,
});

describeOnControlPlane("the admission floor and the limits of a RateLimitPolicy", (plane) => {
  const { here, said, store } = floorScene(plane);
  const stack = new AsyncDisposableStack();
  let floor: InstalledFloor;

  beforeAll(async () => {
    await installCustomResourceDefinitions(plane);
    floor = stack.use(await installFloor(plane));
  });

  afterAll(() => stack.disposeAsync());

  beforeAll(() =>
    floor.write([
      here(),
      policy("strict", {
        rules: everyRule("Deny"),
        rateLimits: {
          min: { requestsPerMinute: 10, tokensPerMinute: 100 },
          max: { requestsPerMinute: 100, tokensPerMinute: 1000, burst: 5 },
        },
      }),
    ]),
  );

  test.each([
    ["at the most", { requests: 100, window: "1m" }],
    ["at the least", { requests: 10, window: "1m" }],
    ["at the most in an hour", { requests: 6000, window: "1h" }],
    ["at the least in a day", { requests: 14_400, window: "1d" }],
    ["at the most in seconds", { requests: 5, window: "3s" }],
    ["of as many days as may be", { requests: 1_000_000_000, window: "9999d" }],
    ["of few input tokens", { tokens: { input: 1 }, window: "1m" }],
    ["with the largest burst", { ...ordinary, burst: 5 }],
  ])("one passes %s", async (_, limit) => {
    expect(await said("RateLimitPolicy", withLimits(ordinary, limit))).toBe("");
  });

  test.each([
    ["above the most", { requests: 101, window: "1m" }, "requests: must be less than or equal to 100 a minute"],
    ["below the least", { requests: 9, window: "1m" }, "requests: must be greater than or equal to 10 a minute"],
    ["above it in an hour", { requests: 6001, window: "1h" }, "requests: must be less than or equal to 100 a minute"],
    ["below it in a day", { requests: 14_399, window: "1d" }, "requests: must be greater than or equal to 10 a minute"],
    ["above it in seconds", { requests: 6, window: "3s" }, "requests: must be less than or equal to 100 a minute"],
    ["as many as may be", { requests: 1e12, window: "1s" }, "requests: must be less than or equal to 100 a minute"],
    [
      "of many tokens",
      { tokens: { output: 1001 }, window: "1m" },
      "tokens.output: must be less than or equal to 1000 a minute",
    ],
    [
      "of few tokens in all",
      { tokens: { total: 99 }, window: "1m" },
      "tokens.total: must be greater than or equal to 100 a minute",
    ],
    ["with a large burst", { ...ordinary, burst: 6 }, "burst: must be less than or equal to 5"],
  ])("one is denied %s", async (_, limit, message) => {
    expect(await said("RateLimitPolicy", withLimits(ordinary, limit))).toBe(
      `spec.limits[1].${message} (rate-limit-bounds, policy strict)`,
    );
  });

  test("one that was there before is excused, if it says the same", async () => {
    await floor.write([here()]);
    const old = { requests: 500, window: "1m", burst: 9 };
    await using object = await store("RateLimitPolicy", withLimits(old));
    await floor.write([
      here(),
      policy("new", { rules: everyRule("Deny"), rateLimits: { max: { requestsPerMinute: 100 } } }),
    ]);
    const changed = (...limits: readonly object[]) => object.changed({ spec: { limits } });
    expect(await changed(ordinary, old)).toBe("");
    expect(await changed({ ...old, burst: 8 })).toMatch(/^spec\.limits\[0\]\.requests: .*policy new\)$/);
  });
});
