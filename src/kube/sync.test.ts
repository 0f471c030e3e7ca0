import { expect, test } from "vitest";
import { ManualClock } from "../../test/support/manual-clock.ts";
import { type SyncSource, settledWithin, waitForSync } from "./sync.ts";

/** A source that syncs when told to. */
function source(name: string): SyncSource & { sync: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  let hasSynced = false;
  return {
    name,
    synced: promise,
    get hasSynced() {
      return hasSynced;
    },
    sync() {
      hasSynced = true;
      resolve();
    },
  };
}

test("waiting ends as soon as the last source has synced", async () => {
  const clock = new ManualClock();
  const [a, b] = [source("a"), source("b")];
  const outcome = waitForSync([a, b], { clock, signal: new AbortController().signal, timeoutMilliseconds: 1000 });
  a.sync();
  b.sync();
  expect(await outcome).toEqual({ type: "synced" });
  expect(clock.waiting).toEqual([]);
});

test("waiting for nothing ends at once", async () => {
  const limits = { clock: new ManualClock(), signal: new AbortController().signal, timeoutMilliseconds: 1000 };
  expect(await waitForSync([], limits)).toEqual({ type: "synced" });
});

test("when the time is over the missing sources are named", async () => {
  const clock = new ManualClock();
  const [a, b] = [source("a"), source("b")];
  const outcome = waitForSync([a, b], { clock, signal: new AbortController().signal, timeoutMilliseconds: 1000 });
  a.sync();
  clock.advance(1000);
  expect(await outcome).toEqual({ type: "timed-out", missing: ["b"] });
});

test.each(["before", "while"])("a stop %s one waits ends the wait and leaves no timer", async (moment) => {
  const clock = new ManualClock();
  const abort = new AbortController();
  if (moment === "before") abort.abort();
  const outcome = waitForSync([source("a")], { clock, signal: abort.signal, timeoutMilliseconds: 1000 });
  abort.abort();
  expect(await outcome).toEqual({ type: "stopped", missing: ["a"] });
  expect(clock.waiting).toEqual([]);
});

test("promises that settle in time did so, rejected or not; one that hangs did not", async () => {
  const clock = new ManualClock();
  expect(await settledWithin([Promise.resolve(), Promise.reject(new Error("no"))], clock, 1000)).toBe(true);
  const hung = settledWithin([new Promise(() => {})], clock, 1000);
  clock.advance(1000);
  expect(await hung).toBe(false);
});
