import fc from "fast-check";
import { pino } from "pino";
import { expect, test } from "vitest";
import { MANNERS, type Manner, ReplayingHandler } from "../../test/support/replaying-handler.ts";
import {
  COLLECTION,
  CONFIG_MAPS,
  type ConfigMap,
  configMap,
  Scene,
} from "../../test/support/scripted-api-server/scene.ts";
import { slowClock } from "../../test/support/started-informer.ts";
import { InformerFactory } from "./informer-factory.ts";
import { reflectCluster } from "./reflect-cluster.ts";
import type { SharedInformer } from "./shared-informer.ts";

/** An informer over a scripted API server, and its handlers. */
interface Stage extends Pick<Scene, "server" | "clock"> {
  readonly informer: SharedInformer<ConfigMap>;
  readonly handlers: ReplayingHandler<ConfigMap>[];
}

/** Something that happens to server, connection, time or handlers. */
type Happening = (stage: Stage) => unknown;

const name = fc.constantFrom("x", "y", "z");

function onStream(act: (stream: Scene["server"]["streams"][number]) => void): Happening {
  return ({ server }) => {
    const stream = server.streams.findLast(({ isOpen }) => isOpen);
    if (stream) act(stream);
  };
}

const failure = fc.constantFrom(
  { code: 410, reason: "Expired" },
  { code: 429, reason: "TooManyRequests", retryAfterSeconds: 1 },
  { code: 429, reason: "TooManyRequests" },
  { code: 500, reason: "InternalError" },
  { code: 503, reason: "ServiceUnavailable", retryAfterSeconds: 2 },
  { code: 504, reason: "Timeout", causes: [{ reason: "ResourceVersionTooLarge" }] },
  { code: 422, reason: "Invalid" },
);

const verb = fc.constantFrom("list" as const, "watch" as const, "watchList" as const);

const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(name, fc.string()).map(([name, a]) => put(name, a)) },
  { weight: 3, arbitrary: name.map(remove) },
  { weight: 3, arbitrary: fc.nat({ max: 40_000 }).map(letPass) },
  { weight: 2, arbitrary: fc.constant<Happening>(sendLastAgain) },
  { weight: 2, arbitrary: fc.tuple(fc.constantFrom(...MANNERS), fc.boolean()).map(addHandler) },
  fc.constant<Happening>(({ handlers }) => handlers.find(({ isRemoved }) => !isRemoved)?.remove()),
  fc.constant<Happening>(({ server }) => server.log.compact()),
  name.map(recreateUnseen),
  fc.constant<Happening>(outage),
  fc.constant<Happening>(({ server }) => server.dropConnections()),
  fc.constant(onStream((stream) => stream.end())),
  fc.constant(onStream((stream) => stream.reset())),
  fc.constant(onStream((stream) => stream.mute())),
  fc.constant(onStream((stream) => stream.bookmark())),
  fc.constant(onStream((stream) => stream.write("{nonsense\n"))),
  fc.integer({ min: 1, max: 9 }).map((bytes) => onStream((stream) => stream.chunk(bytes))),
  failure.map((failure) => onStream((stream) => stream.fail(failure))),
  fc.tuple(verb, failure).map(
    ([verb, failure]): Happening =>
      ({ server }) =>
        server.faults.refuse(verb, failure),
  ),
  verb.map(
    (verb): Happening =>
      ({ server }) =>
        server.faults.next(verb, { kind: "reset" }),
  ),
  verb.map(
    (verb): Happening =>
      ({ server }) =>
        server.faults.next(verb, { kind: "silence" }),
  ),
);

function letPass(milliseconds: number): Happening {
  return ({ clock }) => clock.advance(milliseconds);
}

/** Deleted, made anew and compacted while the stream says nothing: only a list tells. */
function recreateUnseen(name: string): Happening {
  return (stage) => {
    for (const stream of stage.server.streams) stream.mute();
    remove(name)(stage);
    put(name, "anew")(stage);
    stage.server.log.compact();
    stage.server.dropConnections();
  };
}

/** Half a minute in which the server refuses everything. */
async function outage({ server, clock }: Stage): Promise<void> {
  server.faults.always(() => ({ kind: "status", failure: { code: 500, reason: "InternalError" } }));
  server.dropConnections();
  for (let passed = 0; passed < 30_000; passed += STEP_MILLISECONDS) await clock.pass(STEP_MILLISECONDS);
  server.faults.always(undefined);
}

function put(name: string, a: string): Happening {
  return ({ server }) => void server.log.put(COLLECTION, configMap(name, { a }));
}

function remove(name: string): Happening {
  return ({ server }) => void server.log.remove(COLLECTION, `a/${name}`);
}

/** The last event once more, whatever it was. */
function sendLastAgain({ server }: Stage): void {
  const last = server.log.since(COLLECTION, 0).at(-1);
  if (last) server.streams.findLast(({ isOpen }) => isOpen)?.send(last.type, last.object);
}

function addHandler([manner, isResynced]: readonly [Manner, boolean]): Happening {
  const options = isResynced ? { resyncMilliseconds: 5000 } : {};
  return ({ informer, handlers }) => void handlers.push(new ReplayingHandler(informer, manner, options));
}

/** What the server holds, a store or a handler knows: by name and version. */
function versions(objects: Iterable<{ metadata: { name: string; resourceVersion?: string } }>): readonly string[] {
  return Array.from(objects, ({ metadata }) => `${metadata.name} ${metadata.resourceVersion}`).sort();
}

/** Between two happenings: requests are on their way, or everything has settled. */
const turnsOfTheLoop = fc.constantFrom(1, 3, 10, 30);

/** A time in fake milliseconds in which each of a chain of ten faults has run into its limit. */
const LONG_MILLISECONDS = 3_000_000;
const STEP_MILLISECONDS = 400;
const IDLE_MILLISECONDS = 5000;

async function play(happenings: readonly Happening[], turns: number, usesWatchList: boolean): Promise<void> {
  await using scene = await Scene.start();
  const { server, clock, client } = scene;
  const logger = pino({ level: "silent" });
  const factory = new InformerFactory({
    informer: { clock: slowClock(clock), logger, freeze: true, random: () => 0 },
    reflect: reflectCluster({
      client,
      clock,
      logger,
      random: () => 0,
      usesWatchList,
      idleMilliseconds: IDLE_MILLISECONDS,
    }),
  });
  const informer = factory.informer<ConfigMap>(CONFIG_MAPS);
  const handlers = [new ReplayingHandler(informer, "quick")];
  const stop = new AbortController();
  factory.start(stop.signal);
  for (const happen of happenings) {
    await happen({ server, clock, informer, handlers });
    for (let turn = 0; turn < turns; turn += 1) await clock.pass(0);
  }
  server.log.put(COLLECTION, configMap("last"));
  const truth = () => versions(server.log.at(COLLECTION));
  const isTrue = () => versions(informer.store.list()).join() === truth().join();
  for (let waited = 0; !isTrue() && waited < LONG_MILLISECONDS; waited += STEP_MILLISECONDS) {
    await clock.pass(STEP_MILLISECONDS);
  }
  expect(versions(informer.store.list())).toEqual(truth());
  // Each happening costs a few requests at most, and silence one watch for each idle limit.
  expect(server.requests.length).toBeLessThan(10 + 4 * happenings.length + clock.now() / IDLE_MILLISECONDS);
  stop.abort(new Error("the play is over"));
  await factory.ended();
  for (const { known, faults, isRemoved } of handlers) {
    expect(faults).toEqual([]);
    expect(isRemoved ? truth() : versions(known.values())).toEqual(truth());
  }
}

test("after any sequence of lists, watches, breaks, compactions, duplicates and failing handlers the store equals the truth, each handler saw a history that replays to it, and requests stayed bounded", async () => {
  await fc.assert(fc.asyncProperty(fc.array(happening, { maxLength: 25 }), turnsOfTheLoop, fc.boolean(), play), {
    numRuns: 200,
  });
}, 60_000);
