import { setImmediate as turn } from "node:timers/promises";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { AbsentFact } from "#api/absent-fact.ts";
import { HeldReviews } from "./held-reviews.ts";

let tell: (kind: string) => void;
let held: HeldReviews;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const listeners = new Set<(kind: string) => void>();
  tell = (kind) => listeners.forEach((listener) => listener(kind));
  held = new HeldReviews({
    subscribe: (listener) => {
      listeners.add(listener);
      return { [Symbol.dispose]: () => void listeners.delete(listener) };
    },
  });
});

afterEach(() => {
  held[Symbol.dispose]();
  vi.useRealTimers();
});

/** A review that awaits an approval until `arrives` is called. */
function review(judging: () => void = () => undefined) {
  let awaits: readonly AbsentFact[] = ["ApprovedModel"];
  const seen = { judged: 0, answered: 0 };
  return {
    seen,
    arrives: () => {
      awaits = [];
    },
    held: {
      awaits,
      judge: () => {
        judging();
        seen.judged += 1;
        return awaits;
      },
      answer: () => void (seen.answered += 1),
    },
  };
}

test("a review is judged again once for all facts of a turn, and answered when its verdict stands", async () => {
  const one = review();
  held.hold(one.held, 500);
  tell("ApprovedModel");
  tell("ApprovedModel");
  expect(one.seen).toEqual({ judged: 0, answered: 0 });
  await turn();
  expect(one.seen).toEqual({ judged: 1, answered: 0 });
  await vi.advanceTimersByTimeAsync(100);
  one.arrives();
  tell("ApprovedModel");
  await turn();
  await vi.advanceTimersByTimeAsync(100);
  expect(one.seen).toEqual({ judged: 2, answered: 1 });
  await vi.advanceTimersByTimeAsync(1000);
  expect(one.seen).toEqual({ judged: 2, answered: 1 });
});

test("a fact of another kind changes nothing", async () => {
  const one = review();
  held.hold(one.held, 500);
  tell("AIGatewayPolicy");
  await turn();
  expect(one.seen.judged).toBe(0);
});

test.each([
  [10_000, 500],
  [80, 80],
])("with %d ms left it is answered after %d, without being judged when nothing came", async (left, milliseconds) => {
  const one = review();
  held.hold(one.held, left);
  await vi.advanceTimersByTimeAsync(milliseconds - 1);
  expect(one.seen.answered).toBe(0);
  await vi.advanceTimersByTimeAsync(1);
  expect(one.seen).toEqual({ judged: 0, answered: 1 });
});

test("what came in the turn in which its time is over still counts", async () => {
  const one = review();
  held.hold(one.held, 500);
  await vi.advanceTimersByTimeAsync(499);
  tell("ApprovedModel");
  vi.advanceTimersByTime(1);
  expect(one.seen).toEqual({ judged: 1, answered: 1 });
});

test("one that was let go, since nobody waits for it, is neither judged nor answered", async () => {
  const one = review();
  const letGo = held.hold(one.held, 500);
  letGo?.();
  tell("ApprovedModel");
  await turn();
  await vi.advanceTimersByTimeAsync(1000);
  expect(one.seen).toEqual({ judged: 0, answered: 0 });
});

test("without time, and beyond 256, none is held", () => {
  expect(held.hold(review().held, 0)).toBeUndefined();
  const letGo = Array.from({ length: 256 }, () => held.hold(review().held, 500));
  expect(letGo).not.toContain(undefined);
  expect(held.hold(review().held, 500)).toBeUndefined();
  letGo[0]?.();
  expect(held.hold(review().held, 500)).toBeDefined();
});

test("many costly ones make no storm: judging pauses four times as long as it took", async () => {
  const costly = Array.from({ length: 20 }, () => review(busy));
  for (const { held: one } of costly) held.hold(one, 500);
  const judged = () => costly.reduce((sum, { seen }) => sum + seen.judged, 0);
  tell("ApprovedModel");
  await turn();
  expect(judged()).toBe(1); // it took more than a turn may
  tell("ApprovedModel");
  await turn();
  expect(judged()).toBe(1); // the pause holds for what comes meanwhile, too
  await vi.advanceTimersByTimeAsync(400);
  expect(judged()).toBeGreaterThan(1);
});

/** Longer than judging may take in one turn. */
function busy(): void {
  const end = performance.now() + 3;
  while (performance.now() < end);
}

test("disposing lets all go and unsubscribes", async () => {
  const one = review();
  held.hold(one.held, 500);
  held[Symbol.dispose]();
  tell("ApprovedModel");
  await turn();
  await vi.advanceTimersByTimeAsync(1000);
  expect(one.seen).toEqual({ judged: 0, answered: 0 });
});
