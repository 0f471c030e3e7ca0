import fc from "fast-check";
import { expect, test } from "vitest";
import { ManualClock } from "../../test/support/manual-clock.ts";
import { type WorkItem, WorkQueue } from "./work-queue.ts";

interface Waiting {
  priority: number;
  /** Undefined where it is ready. */
  readyAt: number | undefined;
  /** Where it stands among those of its priority. */
  turn: number;
}

/** The queue as one would explain it: a table of what waits, searched from end to end. */
class Model {
  readonly waiting = new Map<string, Waiting>();
  readonly inWork = new Set<string>();
  #now = 0;
  #turn = 0;

  get size(): number {
    return [...this.waiting.values()].filter(({ readyAt }) => readyAt === undefined).length;
  }

  get hasDelayed(): boolean {
    return this.size < this.waiting.size;
  }

  add(key: string, priority: number, delay: number): void {
    const known = this.waiting.get(key);
    if (!known) {
      this.waiting.set(key, { priority, readyAt: delay > 0 ? this.#now + delay : undefined, turn: this.#nextTurn() });
      return;
    }
    if (priority > known.priority) Object.assign(known, { priority, turn: this.#nextTurn() });
    if (known.readyAt === undefined) return;
    const isReady = delay <= 0;
    if (isReady || this.#now + delay < known.readyAt)
      Object.assign(known, { readyAt: isReady ? undefined : this.#now + delay, turn: this.#nextTurn() });
  }

  get(): WorkItem | undefined {
    const [first] = Array.from(this.waiting)
      .filter(([key, { readyAt }]) => readyAt === undefined && !this.inWork.has(key))
      .sort(([, a], [, b]) => b.priority - a.priority || a.turn - b.turn);
    if (!first) return undefined;
    const [key, { priority }] = first;
    this.waiting.delete(key);
    this.inWork.add(key);
    return { key, priority };
  }

  done(key: string): void {
    this.inWork.delete(key);
    const dirty = this.waiting.get(key);
    if (dirty && dirty.readyAt === undefined) dirty.turn = this.#nextTurn();
  }

  advance(milliseconds: number): void {
    this.#now += milliseconds;
    const due = [...this.waiting.values()]
      .filter(({ readyAt }) => readyAt !== undefined && readyAt <= this.#now)
      .sort((a, b) => (a.readyAt ?? 0) - (b.readyAt ?? 0));
    for (const one of due) Object.assign(one, { readyAt: undefined, turn: this.#nextTurn() });
  }

  #nextTurn(): number {
    this.#turn += 1;
    return this.#turn;
  }
}

const key = fc.constantFrom("a", "b", "c", "d", "e");

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant("add" as const),
      key,
      priority: fc.constantFrom(-100, 0, 0, 5),
      delay: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 50 })),
    }),
  },
  { weight: 3, arbitrary: fc.record({ type: fc.constant("get" as const) }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant("done" as const), which: fc.nat() }) },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant("advance" as const), milliseconds: fc.integer({ min: 1, max: 30 }) }),
  },
);

test("after any sequence the queue hands out what a plain table would, and nothing of a key remains", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 100 }), async (steps) => {
      const clock = new ManualClock();
      const [queue, model] = [new WorkQueue({ name: "things", clock }), new Model()];
      let number = 0;
      const take = async () => {
        const due = model.get();
        expect(due && (await queue.get())).toEqual(due);
        return due;
      };
      for (const step of steps) {
        number += 1;
        if (step.type === "get") await take();
        if (step.type === "add") {
          // No two alike, since of those that fall due at once either may come first.
          const delay = step.delay === 0 ? 0 : step.delay + number / 1000;
          queue.add(step.key, { priority: step.priority, delayMilliseconds: delay });
          model.add(step.key, step.priority, delay);
        }
        if (step.type === "done") {
          const key = [...model.inWork][step.which % Math.max(1, model.inWork.size)];
          if (key !== undefined) queue.done(key);
          if (key !== undefined) model.done(key);
        }
        if (step.type === "advance") {
          clock.advance(step.milliseconds);
          model.advance(step.milliseconds);
        }
        expect([queue.size, clock.waiting.length]).toEqual([model.size, model.hasDelayed ? 1 : 0]);
      }
      clock.advance(1000);
      model.advance(1000);
      for (const key of model.inWork) {
        queue.done(key);
        model.done(key);
      }
      for (let item = await take(); item; item = await take()) {
        queue.done(item.key);
        model.done(item.key);
      }
      expect([queue.size, clock.waiting.length]).toEqual([0, 0]);
    }),
    { numRuns: 500 },
  );
});
