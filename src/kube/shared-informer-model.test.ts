import fc from "fast-check";
import { expect, test } from "vitest";
import { ManualClock } from "../../test/support/manual-clock.ts";
import { MANNERS, type Manner, ReplayingHandler } from "../../test/support/replaying-handler.ts";
import { settled, type Thing, thing, until } from "../../test/support/resources.ts";
import { slowClock, startInformer } from "../../test/support/started-informer.ts";
import { keyOf } from "./resource.ts";

type Step =
  | {
      readonly type: "write" | "delete" | "recreate";
      readonly name: string;
      readonly color: string;
      readonly times: number;
    }
  | { readonly type: "list" | "bookmark" | "break a list" | "let time pass" | "remove a handler" }
  | { readonly type: "add a handler"; readonly manner: Manner };

type Event = readonly [type: "ADDED" | "MODIFIED" | "DELETED", object: Thing];

/** The API server, as simple as can be: objects with versions. */
class Truth {
  readonly objects = new Map<string, Thing>();
  #version = 0;
  #uid = 0;

  get version(): string {
    return String(this.#version);
  }

  /** What a watch says of it, to whoever still listens. */
  write(name: string, color: string): readonly Event[] {
    const known = this.objects.get(name);
    this.#version += 1;
    const object = thing(name, this.#version, { uid: known?.metadata.uid ?? this.#nextUid(), color });
    this.objects.set(name, object);
    return [[known ? "MODIFIED" : "ADDED", object]];
  }

  /** Of what is not there, too: a server that restarts may say so. */
  delete(name: string): readonly Event[] {
    const { uid = "nobody" } = this.objects.get(name)?.metadata ?? {};
    this.#version += 1;
    this.objects.delete(name);
    return [["DELETED", thing(name, this.#version, { uid })]];
  }

  #nextUid(): string {
    this.#uid += 1;
    return `uid-${this.#uid}`;
  }
}

/** The sequence as it happens to an informer and to the truth. */
class Play {
  readonly truth = new Truth();
  readonly handlers: ReplayingHandler<Thing>[] = [];
  readonly manual = new ManualClock();
  readonly started = startInformer({
    clock: slowClock(this.manual),
    indexers: [{ name: "color", valuesOf: ({ color = "" }) => [color] }],
    transform: (object) => {
      if (object.color === "poison") throw new Error("cannot be taken in");
      return object;
    },
  });

  get indexedColors(): ReadonlySet<string> {
    return new Set(this.started.informer.store.indexValues("color"));
  }

  get storedColors(): ReadonlySet<string> {
    return new Set(this.started.informer.store.list().map(({ color }) => color ?? ""));
  }

  async perform(step: Step): Promise<void> {
    const { sink } = this.started;
    switch (step.type) {
      case "write":
        this.#tell(step.times, this.truth.write(step.name, step.color));
        break;
      case "delete":
        this.#tell(step.times, this.truth.delete(step.name));
        break;
      case "recreate":
        this.#tell(step.times, this.truth.delete(step.name));
        this.#tell(step.times, this.truth.write(step.name, step.color));
        break;
      case "bookmark":
        sink.bookmark(this.truth.version);
        break;
      case "list":
        sink.replace([...this.truth.objects.values()], this.truth.version);
        break;
      case "break a list":
        await this.#breakList();
        break;
      case "let time pass":
        await settled();
        break;
      case "add a handler":
        this.handlers.push(new ReplayingHandler(this.started.informer, step.manner));
        break;
      case "remove a handler":
        await this.handlers.find(({ isRemoved }) => !isRemoved)?.remove();
        break;
      default:
        step satisfies never;
    }
  }

  /** Whatever was missed is made good by a list, and all handlers get to the end. */
  async end(): Promise<void> {
    const { sink, informer } = this.started;
    sink.replace([...this.truth.objects.values()], this.truth.version);
    sink.bookmark("the end");
    await until(() => informer.resourceVersion === "the end");
    for (const { registration, isRemoved } of this.handlers) if (!isRemoved) await registration.synced;
    await this.started.stop();
  }

  /** Not at all, once or twice. */
  #tell(times: number, events: readonly Event[]): void {
    for (let time = 0; time < times; time += 1)
      for (const [type, object] of events) this.started.sink.handle(type, object);
  }

  /** The cycle ends, what was not taken in yet is lost, and the next one starts with nothing but a list to come. */
  async #breakList(): Promise<void> {
    const cycles = this.started.sinks.length;
    this.started.sink.replace([...this.truth.objects.values(), thing("poison", 1, { color: "poison" })], "broken");
    await until(() => this.manual.waiting.length > 0);
    this.manual.advance(60_000);
    await until(() => this.started.sinks.length > cycles);
    this.started.sink.replace([...this.truth.objects.values()], this.truth.version);
  }
}

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.record({
      type: fc.constantFrom("write", "delete", "recreate"),
      name: fc.constantFrom("a", "b", "c", "d"),
      color: fc.constantFrom("red", "blue"),
      times: fc.constantFrom(0, 1, 1, 2),
    }),
  },
  { weight: 3, arbitrary: fc.record({ type: fc.constantFrom("list", "let time pass") }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constantFrom("bookmark", "break a list", "remove a handler") }) },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant("add a handler"),
      manner: fc.constantFrom(...MANNERS),
    }),
  },
);

test("after any sequence the store equals the truth, and each handler saw a history that replays to it", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const play = new Play();
      play.handlers.push(new ReplayingHandler(play.started.informer, "quick"));
      for (const step of steps) {
        await play.perform(step);
        expect(play.indexedColors).toEqual(play.storedColors);
      }
      await play.end();
      const truth = new Map(Array.from(play.truth.objects.values(), (object) => [keyOf(object), object]));
      const { store } = play.started.informer;
      expect(new Map(store.list().map((object) => [keyOf(object), object]))).toEqual(truth);
      for (const { faults, known, isRemoved } of play.handlers) {
        expect(faults).toEqual([]);
        expect(isRemoved ? truth : known).toEqual(truth);
      }
    }),
    { numRuns: 300 },
  );
});
