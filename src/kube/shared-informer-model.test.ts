import fc from "fast-check";
import { expect, test } from "vitest";
import { ManualClock } from "../../test/support/manual-clock.ts";
import { settled, type Thing, thing, until } from "../../test/support/resources.ts";
import { type StartedInformer, slowClock, startInformer } from "../../test/support/started-informer.ts";
import type { Change } from "./change.ts";
import type { HandlerRegistration } from "./handler-set.ts";
import { keyOf } from "./resource.ts";

/** What a handler does when it is told of something. */
type Manner = "quick" | "slow" | "throws" | "rejects";

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

/** One handler: what it was told, and what it knows from that. */
class Listener {
  readonly known = new Map<string, Thing>();
  readonly faults: string[] = [];
  readonly registration: HandlerRegistration;
  isRemoved = false;

  constructor({ informer }: StartedInformer, manner: Manner) {
    this.registration = informer.addHandler((change) => {
      this.#learn(change);
      if (manner === "throws") throw new Error("on purpose");
      if (manner === "rejects") return Promise.reject(new Error("on purpose"));
      return manner === "slow" ? settled() : undefined;
    });
  }

  /** Replays a change, and notes what contradicts the history so far. */
  #learn(change: Change<Thing>): void {
    const { key } = change;
    const known = this.known.get(key);
    if (this.isRemoved) this.faults.push(`${key}: told after it was removed`);
    if (change.type === "added") {
      if (known) this.faults.push(`${key}: added, and known already`);
      if (change.isInInitialList && this.registration.hasSynced) this.faults.push(`${key}: initial after the list`);
    }
    if (change.type === "updated") {
      if (known !== change.old) this.faults.push(`${key}: updated from what it was not`);
      const isRecreated = change.old.metadata.uid !== change.object.metadata.uid;
      if (change.isRecreated !== isRecreated) this.faults.push(`${key}: wrong about being another object`);
    }
    if (change.type === "deleted" && change.finalStateUnknown && change.object !== known)
      this.faults.push(`${key}: deleted unseen, and not as last known`);
    if (change.type === "deleted") this.known.delete(key);
    else this.known.set(key, change.object);
  }
}

/** The sequence as it happens to an informer and to the truth. */
class Play {
  readonly truth = new Truth();
  readonly listeners: Listener[] = [];
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
        this.listeners.push(new Listener(this.started, step.manner));
        break;
      case "remove a handler":
        await this.#removeHandler();
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
    for (const { registration, isRemoved } of this.listeners) if (!isRemoved) await registration.synced;
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

  async #removeHandler(): Promise<void> {
    const listener = this.listeners.find(({ isRemoved }) => !isRemoved);
    if (!listener) return;
    const removed = listener.registration.remove();
    listener.isRemoved = true;
    await removed;
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
      manner: fc.constantFrom("quick", "slow", "throws", "rejects"),
    }),
  },
);

test("after any sequence the store equals the truth, and each handler saw a history that replays to it", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const play = new Play();
      const first = new Listener(play.started, "quick");
      play.listeners.push(first);
      for (const step of steps) {
        await play.perform(step);
        expect(play.indexedColors).toEqual(play.storedColors);
      }
      await play.end();
      const truth = new Map(Array.from(play.truth.objects.values(), (object) => [keyOf(object), object]));
      const { store } = play.started.informer;
      expect(new Map(store.list().map((object) => [keyOf(object), object]))).toEqual(truth);
      for (const { faults, known, isRemoved } of play.listeners) {
        expect(faults).toEqual([]);
        expect(isRemoved ? truth : known).toEqual(truth);
      }
    }),
    { numRuns: 300 },
  );
});
