import { setImmediate as turn } from "node:timers/promises";
import { expect, test } from "vitest";
import { ReviewBatch } from "./review-batch.ts";

function recorded() {
  const events: string[] = [];
  const waiting = (name: string, bytes = 9000, judge: () => void = () => undefined) => ({
    bytes,
    judge: () => {
      judge();
      events.push(`judge ${name}`);
      return () => void events.push(`send ${name}`);
    },
  });
  return { events, waiting };
}

test("requests of one turn are all judged before any is answered", async () => {
  const { events, waiting } = recorded();
  const batch = new ReviewBatch();
  batch.add(waiting("a"));
  batch.add(waiting("b"));
  expect(events).toEqual([]);
  await turn();
  expect(events).toEqual(["judge a", "judge b", "send a", "send b"]);
});

test("the next turn has a batch of its own", async () => {
  const { events, waiting } = recorded();
  const batch = new ReviewBatch();
  batch.add(waiting("a"));
  await turn();
  batch.add(waiting("b"));
  await turn();
  expect(events).toEqual(["judge a", "send a", "judge b", "send b"]);
});

test("a long body is judged and answered at once", () => {
  const { events, waiting } = recorded();
  new ReviewBatch().add(waiting("long", 200_000));
  expect(events).toEqual(["judge long", "send long"]);
});

test("nobody waits for answers behind a review that took long", async () => {
  const { events, waiting } = recorded();
  const batch = new ReviewBatch();
  batch.add(waiting("slow", 9000, busy));
  batch.add(waiting("quick"));
  await turn();
  expect(events).toEqual(["judge slow", "send slow", "judge quick", "send quick"]);
});

/** Longer than a batch may take. */
function busy(): void {
  const end = performance.now() + 5;
  while (performance.now() < end);
}
