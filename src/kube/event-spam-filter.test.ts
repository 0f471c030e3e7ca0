import { expect, test } from "vitest";
import { ManualClock } from "../../test/support/manual-clock.ts";
import { EventSpamFilter } from "./event-spam-filter.ts";

const allowed = (filter: EventSpamFilter, subject: string, tries: number) =>
  Array.from({ length: tries }, () => filter.allows(subject)).filter(Boolean).length;

test("lets 25 events about an object pass at once, then one every 300 s (clause 16)", () => {
  const clock = new ManualClock();
  const filter = new EventSpamFilter(clock);
  expect(allowed(filter, "a", 100)).toBe(25);
  expect(allowed(filter, "b", 100)).toBe(25);
  clock.advance(299_999);
  expect(allowed(filter, "a", 10)).toBe(0);
  clock.advance(1);
  expect(allowed(filter, "a", 10)).toBe(1);
  clock.advance(86_400_000);
  expect(allowed(filter, "a", 100)).toBe(25);
});

test("remembers 4096 objects at most (clause 16)", () => {
  const filter = new EventSpamFilter(new ManualClock());
  for (let index = 0; index < 5_000; index += 1) filter.allows(String(index));
  expect(filter.size).toBe(4_096);
});
