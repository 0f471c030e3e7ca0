import { expect, test } from "vitest";
import { checkLeaseTimes, jitteredRetryMilliseconds, LEASE_TIMES, leaseRequestMilliseconds } from "./lease-times.ts";

test("the default is 15, 10 and 2 s (clause 1)", () => {
  expect(LEASE_TIMES).toEqual({ leaseMilliseconds: 15_000, renewMilliseconds: 10_000, retryMilliseconds: 2_000 });
  expect(() => checkLeaseTimes(LEASE_TIMES)).not.toThrow();
});

test.each([
  [
    "a lease no longer than the renew deadline",
    { leaseMilliseconds: 10_000 },
    "leaseMilliseconds (10000) must be above",
  ],
  ["a renew deadline of 1.2 retries", { renewMilliseconds: 2_400 }, "renewMilliseconds (2400) must be above 1.2 x"],
  ["no lease duration", { leaseMilliseconds: 0 }, "leaseMilliseconds must be above 0"],
  ["a negative retry period", { retryMilliseconds: -1 }, "retryMilliseconds must be above 0"],
  ["what is not a number", { renewMilliseconds: Number.NaN }, "renewMilliseconds must be above 0"],
  ["an endless lease", { leaseMilliseconds: Number.POSITIVE_INFINITY }, "leaseMilliseconds must be above 0"],
  ["a lease that the record cannot hold", { leaseMilliseconds: 15_500 }, "must be whole seconds"],
])("refuses %s (clause 1)", (_what, times, message) => {
  expect(() => checkLeaseTimes({ ...LEASE_TIMES, ...times })).toThrow(message);
});

test("a follower waits 2.0 to 4.4 s (clause 8)", () => {
  expect(jitteredRetryMilliseconds(LEASE_TIMES, () => 0)).toBe(2_000);
  expect(jitteredRetryMilliseconds(LEASE_TIMES, () => 1)).toBeCloseTo(4_400);
});

test("a request to the lease may take half the renew deadline, and a second at least (clause 12)", () => {
  expect(leaseRequestMilliseconds(LEASE_TIMES)).toBe(5_000);
  expect(leaseRequestMilliseconds({ ...LEASE_TIMES, renewMilliseconds: 1_500 })).toBe(1_000);
});
