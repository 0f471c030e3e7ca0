import { pino } from "pino";
import { expect, test } from "vitest";
import { COLLECTION, CONFIG_MAPS, configMap, Scene } from "../../../test/support/scripted-api-server/scene.ts";
import type { ScriptedApiServer } from "../../../test/support/scripted-api-server/scripted-api-server.ts";
import { Contact } from "./contact.ts";
import { textLines } from "./text-lines.ts";
import { watchResource } from "./watch-resource.ts";

/** Everything that is written, standard error marked with `!`, while a scripted server has `x` and `y`. */
class Watching implements AsyncDisposable {
  readonly lines: string[] = [];
  readonly scene: Scene;
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;
  #wake = Promise.withResolvers<void>();

  static async start(before: (server: ScriptedApiServer) => void = () => undefined): Promise<Watching> {
    const scene = await Scene.start();
    for (const name of ["x", "y"]) scene.server.log.put(COLLECTION, configMap(name, { mode: "slow" }));
    before(scene.server);
    return new Watching(scene);
  }

  private constructor(scene: Scene) {
    this.scene = scene;
    const { client, clock } = scene;
    const say = (sentence: string) => this.#write(`! ${sentence}`);
    const options = { width: 80, isColoured: false, showsStatus: false };
    this.#running = watchResource(
      {
        client,
        type: CONFIG_MAPS,
        selection: {},
        clock,
        logger: pino({ level: "silent" }),
        contact: new Contact({ clock, host: "server", say }),
        // Without the time.
        onSighting: (sighting) => this.#write(textLines(sighting, new Date(), options).replace(/^\S+ /, "").trimEnd()),
        onInitialEnd: (count) => say(`${count} there`),
        random: () => 0,
      },
      this.#stop.signal,
    );
  }

  /** The n-th thing that was written and what follows, once there are so many. */
  async heard(count: number): Promise<readonly string[]> {
    while (this.lines.length < count) await this.#wake.promise;
    return this.lines;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort(new Error("the test is over"));
    await this.#running;
    await this.scene[Symbol.asyncDispose]();
  }

  #write(line: string): void {
    this.lines.push(line);
    this.#wake.resolve();
    this.#wake = Promise.withResolvers();
  }
}

const INITIAL = ["= a/x  1 key", "= a/y  1 key", "! 2 there"];

test("what is there comes first, then every change", async () => {
  await using watching = await Watching.start();
  const { log } = watching.scene.server;
  expect(await watching.heard(3)).toEqual(INITIAL);
  log.put(COLLECTION, configMap("x", { mode: "fast" }));
  log.put(COLLECTION, configMap("x", { mode: "fast" })); // only the resource version
  log.put(COLLECTION, configMap("z"));
  log.remove(COLLECTION, "a/y");
  expect((await watching.heard(6)).slice(3)).toEqual([
    '~ a/x\n           data.mode: "slow" → "fast"',
    "+ a/z  0 keys",
    "- a/y",
  ]);
});

test("a watch that the server ends at its time-out goes unsaid", async () => {
  await using watching = await Watching.start();
  const { server, clock } = watching.scene;
  await watching.heard(3);
  clock.advance(300_000);
  (await server.stream()).end();
  await server.stream(2);
  server.log.put(COLLECTION, configMap("z"));
  expect((await watching.heard(4)).slice(3)).toEqual(["+ a/z  0 keys"]);
});

test("what was missed between two watches after a compaction is told, deletes and another object of the same name too", async () => {
  await using watching = await Watching.start();
  const { server, clock } = watching.scene;
  const { log } = server;
  await watching.heard(3);
  const stream = await server.stream();
  stream.mute();
  log.remove(COLLECTION, "a/x");
  log.remove(COLLECTION, "a/y");
  log.put(COLLECTION, configMap("y", { mode: "fast" }));
  log.compact();
  clock.advance(300_000);
  stream.end();
  await clock.timer((milliseconds) => milliseconds === 800);
  clock.advance(800);
  expect((await watching.heard(6)).slice(3)).toEqual([
    "! server no longer has the changes since we last heard from it; listing anew",
    "- a/x  (deleted while away)",
    [
      "± a/y  (recreated: deleted and made anew while away)",
      '           metadata.uid: "uid-2" → "uid-3"',
      '           data.mode: "slow" → "fast"',
    ].join("\n"),
  ]);
});

test("a server that is lost and comes back is said once each, and nothing is missed", async () => {
  await using watching = await Watching.start();
  const { server, clock } = watching.scene;
  await watching.heard(3);
  let isDown = true;
  server.faults.always(() =>
    isDown
      ? { kind: "status", failure: { code: 503, reason: "ServiceUnavailable", message: "starting\u001b[2J" } }
      : undefined,
  );
  clock.advance(300_000);
  (await server.stream()).reset();
  expect((await watching.heard(4)).at(-1)).toBe("! lost server: starting\\u001b[2J; trying again");
  await clock.timer((milliseconds) => milliseconds === 800);
  clock.advance(800);
  await clock.timer((milliseconds) => milliseconds === 1600);
  server.log.remove(COLLECTION, "a/x");
  isDown = false;
  clock.advance(1600);
  expect((await watching.heard(6)).slice(4)).toEqual(["! regained server after 2 s", "- a/x  (deleted while away)"]);
});

test("a server that knows no watch-list is not lost", async () => {
  await using watching = await Watching.start(({ faults }) => {
    faults.refuse("watchList", { code: 422, reason: "Invalid", message: "sendInitialEvents is forbidden" });
  });
  expect(await watching.heard(3)).toEqual(INITIAL);
});
