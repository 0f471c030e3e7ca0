import { expect, test } from "vitest";
import { ManualClock } from "../../test/support/manual-clock.ts";
import { withinTime } from "./time-limit.ts";

const limit = (clock: ManualClock, signal: AbortSignal) => ({
  clock,
  milliseconds: 1000,
  signal,
  error: () => new Error("too late"),
});

test("work that is done in time leaves no timer behind", async () => {
  const clock = new ManualClock();
  expect(await withinTime(limit(clock, new AbortController().signal), async () => "done")).toBe("done");
  expect(clock.waiting).toEqual([]);
});

test("work that does not listen to its signal is left behind when time is up", async () => {
  const clock = new ManualClock();
  let given: AbortSignal | undefined;
  const result = withinTime(limit(clock, new AbortController().signal), (signal) => {
    given = signal;
    return new Promise(() => undefined);
  });
  clock.advance(1000);
  await expect(result).rejects.toThrow("too late");
  expect(given?.reason).toEqual(new Error("too late"));
});

test("an abort from outside ends it with its own reason", async () => {
  const clock = new ManualClock();
  const outside = new AbortController();
  const result = withinTime(limit(clock, outside.signal), () => new Promise(() => undefined));
  outside.abort(new Error("stopped"));
  await expect(result).rejects.toThrow("stopped");
  await expect(withinTime(limit(clock, outside.signal), async () => "never")).rejects.toThrow("stopped");
  expect(clock.waiting).toEqual([]);
});
