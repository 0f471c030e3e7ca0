import { expect, test } from "vitest";
import { ManualClock } from "../../test/support/manual-clock.ts";
import { ExponentialBackoff, StrictestLimiter, TokenBucket } from "./rate-limiter.ts";

test("each try of a key waits twice as long, from 5 ms up to 1000 s; other keys are not concerned", () => {
  const backoff = new ExponentialBackoff();
  const waits = Array.from({ length: 20 }, () => backoff.delayFor("a"));
  expect(waits.slice(0, 5)).toEqual([5, 10, 20, 40, 80]);
  expect(waits.slice(-3)).toEqual([655_360, 1_000_000, 1_000_000]);
  expect(backoff.delayFor("b")).toBe(5);
});

test("a key that failed thousands of times waits 1000 s, no more", () => {
  const backoff = new ExponentialBackoff();
  for (let retry = 0; retry < 5000; retry += 1) backoff.delayFor("a");
  expect(backoff.delayFor("a")).toBe(1_000_000);
  expect(backoff.retries("a")).toBe(5001);
});

test("a forgotten key starts afresh, and nothing is kept of it", () => {
  const backoff = new ExponentialBackoff();
  backoff.delayFor("a");
  backoff.delayFor("a");
  backoff.forget("a");
  expect(backoff.size).toBe(0);
  expect([backoff.retries("a"), backoff.delayFor("a")]).toEqual([0, 5]);
});

test("a bucket of 10 a second and 100 at once lets 100 through and then one each 100 ms, reserved ahead", () => {
  const bucket = new TokenBucket(new ManualClock());
  const waits = Array.from({ length: 103 }, () => bucket.delayFor());
  expect(waits.slice(98)).toEqual([0, 0, 100, 200, 300]);
});

test("a bucket fills up again with time, and never above its size", () => {
  const clock = new ManualClock();
  const bucket = new TokenBucket(clock, { perSecond: 10, burst: 2 });
  for (const _ of [1, 2]) bucket.delayFor();
  clock.advance(100);
  expect([bucket.delayFor(), bucket.delayFor()]).toEqual([0, 100]);
  clock.advance(3_600_000);
  expect([bucket.delayFor(), bucket.delayFor(), bucket.delayFor()]).toEqual([0, 0, 100]);
});

test("of several limiters the strictest decides, and all of them count and forget", () => {
  const backoff = new ExponentialBackoff();
  const limiter = new StrictestLimiter([backoff, new TokenBucket(new ManualClock(), { perSecond: 100, burst: 1 })]);
  expect([limiter.delayFor("a"), limiter.delayFor("b"), limiter.delayFor("a")]).toEqual([5, 10, 20]);
  expect(limiter.retries("a")).toBe(2);
  limiter.forget("a");
  expect(backoff.retries("a")).toBe(0);
});
