import { expect, test } from "vitest";
import { ManualClock } from "../../test/support/manual-clock.ts";
import { aborted, keptLog, settled, type Thing, thing } from "../../test/support/resources.ts";
import { InformerFactory, type Watched } from "./informer-factory.ts";
import type { ReflectorSink, Resource, ResourceType } from "./resource.ts";
import { withoutBulk } from "./transform.ts";

const THINGS: ResourceType = {
  group: "test.example",
  version: "v1",
  plural: "things",
  kind: "Thing",
  namespaced: true,
};
const NAMESPACES: ResourceType = {
  group: "",
  version: "v1",
  plural: "namespaces",
  kind: "Namespace",
  namespaced: false,
};

/** A factory, and what its reflectors were asked to watch. */
function factoryOf() {
  const watches: Watched[] = [];
  const sinks: ReflectorSink<Resource>[] = [];
  const factory = new InformerFactory({
    informer: { logger: keptLog().logger, clock: new ManualClock() },
    reflect: (watched) => (sink, signal) => {
      watches.push(watched);
      sinks.push(sink);
      return aborted(signal);
    },
  });
  return { factory, watches, sinks };
}

test("all who ask for the same type and selection share one informer and one watch", () => {
  const { factory, watches } = factoryOf();
  const selection = { namespace: "default", labelSelector: "team=x" };
  const first = factory.informer<Thing>(THINGS, { selection });
  expect(factory.informer<Thing>({ ...THINGS }, { selection: { ...selection } })).toBe(first);
  factory.start(new AbortController().signal);
  expect(watches).toEqual([{ type: THINGS, selection, content: "whole", withoutManagedFields: true }]);
});

test("another namespace, another selector, and metadata alone are watches of their own, told apart by name", () => {
  const { factory } = factoryOf();
  factory.informer(THINGS);
  factory.informer(THINGS, { selection: { namespace: "default" } });
  factory.informer(THINGS, { selection: { labelSelector: "team=x" } });
  factory.informer(THINGS, { selection: { fieldSelector: "metadata.name=x" } });
  factory.informer(NAMESPACES, { content: "metadata" });
  expect(factory.informers.map(({ name }) => name)).toEqual([
    "things.v1.test.example",
    "things.v1.test.example namespace=default",
    "things.v1.test.example labelSelector=team=x",
    "things.v1.test.example fieldSelector=metadata.name=x",
    "namespaces.v1 content=metadata",
  ]);
});

test("starting again starts only what is new, and what is asked for later starts at once", () => {
  const { factory, watches } = factoryOf();
  const { signal } = new AbortController();
  factory.informer(THINGS);
  factory.start(signal);
  factory.start(signal);
  expect(watches).toHaveLength(1);
  factory.informer(NAMESPACES);
  expect(watches.map(({ type: { plural } }) => plural)).toEqual(["things", "namespaces"]);
});

test("a transform of one's own is shown the managed fields", () => {
  const { factory, watches } = factoryOf();
  factory.start(new AbortController().signal);
  factory.informer<Thing>(THINGS, { transform: (object) => object });
  expect(watches).toEqual([{ type: THINGS, selection: {}, content: "whole" }]);
});

test("a second transform for what is shared already is a fault, since there is one store", () => {
  const { factory } = factoryOf();
  factory.informer<Thing>(THINGS, { transform: withoutBulk });
  factory.informer<Thing>(THINGS, { transform: withoutBulk });
  expect(() => factory.informer<Thing>(THINGS)).toThrow(
    "informer things.v1.test.example has another transform already",
  );
});

test("the factory has ended when all informers have", async () => {
  const { factory, sinks } = factoryOf();
  const abort = new AbortController();
  const hang = Promise.withResolvers<void>();
  factory.informer(THINGS).addHandler(() => hang.promise);
  factory.start(abort.signal);
  sinks[0]?.replace([thing("a", 1)], "1");
  await settled();
  let hasEnded = false;
  const ended = factory.ended().then(() => {
    hasEnded = true;
  });
  abort.abort();
  await settled();
  expect(hasEnded).toBe(false);
  hang.resolve();
  await ended;
});
