import fc from "fast-check";
import { expect, test } from "vitest";
import { Reflecting } from "../../test/support/scripted-api-server/reflecting.ts";
import { COLLECTION, configMap } from "../../test/support/scripted-api-server/scene.ts";
import { keyOf } from "./resource.ts";

/** Something that happens to server, connection or time. */
type Happening = (reflecting: Reflecting) => void;

const name = fc.constantFrom("x", "y", "z");

function onStream(act: (stream: Reflecting["server"]["streams"][number]) => void): Happening {
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
  fc.constant<Happening>(({ server }) => server.log.compact()),
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

function put(name: string, a: string): Happening {
  return ({ server }) => void server.log.put(COLLECTION, configMap(name, { a }));
}

function remove(name: string): Happening {
  return ({ server }) => void server.log.remove(COLLECTION, `a/${name}`);
}

/** What the server holds and what the sink knows, by key and version. */
function versions(objects: Iterable<{ metadata: { name: string; resourceVersion?: string } }>): readonly string[] {
  return Array.from(objects, ({ metadata }) => `${metadata.name} ${metadata.resourceVersion}`).sort();
}

/** Between two happenings: requests are on their way, or everything has settled. */
const turnsOfTheLoop = fc.constantFrom(1, 3, 10, 30);

/** A time in fake milliseconds in which each of a chain of ten faults has run into its limit. */
const LONG_MILLISECONDS = 3_000_000;
const STEP_MILLISECONDS = 400;

test("knows the truth in the end, whatever happened, and asked for it a bounded number of times", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(happening, { maxLength: 25 }),
      turnsOfTheLoop,
      fc.boolean(),
      async (happenings, turns, usesWatchList) => {
        await using reflecting = await Reflecting.start({ usesWatchList, idleMilliseconds: 5000 });
        const { server, clock, sink } = reflecting;
        for (const happen of happenings) {
          happen(reflecting);
          for (let turn = 0; turn < turns; turn += 1) await clock.pass(0);
        }
        const isTrue = () => versions(sink.state.values()).join() === versions(server.log.at(COLLECTION)).join();
        server.log.put(COLLECTION, configMap("last"));
        for (let waited = 0; !isTrue() && waited < LONG_MILLISECONDS; waited += STEP_MILLISECONDS) {
          await clock.pass(STEP_MILLISECONDS);
        }
        expect(versions(sink.state.values())).toEqual(versions(server.log.at(COLLECTION)));
        expect([...sink.state.keys()]).toEqual(Array.from(sink.state.values(), keyOf));
        // Each happening costs a few requests at most, and silence one watch for each idle limit.
        expect(server.requests.length).toBeLessThan(10 + 4 * happenings.length + clock.now() / 800);
      },
    ),
    { numRuns: 100 },
  );
}, 30_000);
