import { Registry } from "prom-client";
import { describe, expect, test } from "vitest";
import { ManualClock } from "../../test/support/manual-clock.ts";
import { keptLog } from "../../test/support/resources.ts";
import { EventMetrics } from "./event-metrics.ts";
import type { EventDetails, EventObject } from "./event-object.ts";
import type { EventClient } from "./event-writer.ts";
import { EventRecorder } from "./events.ts";
import { KubernetesError } from "./kubernetes-error.ts";

const FAILED: EventDetails = { type: "Warning", reason: "Failed", action: "Render", note: "it failed" };
const thing = (name = "thing") => ({
  apiVersion: "example.com/v1",
  kind: "Thing",
  metadata: { name, namespace: "team" },
});
const away = () => new KubernetesError("away", { code: 0, reason: "ConnectionFault" });
const refusal = (code: number, reason = "") => new KubernetesError("no", { code, reason });

type Written = { readonly verb: "create" | "patch"; readonly name: string; readonly count: number | undefined };

/** A recorder whose API server fails with the errors given, in turn, and then does what it is asked. */
function start(errors: readonly KubernetesError[] = []) {
  const clock = new ManualClock();
  const registry = new Registry();
  const { logger, lines } = keptLog();
  const failures = [...errors];
  const tried: Written[] = [];
  const attempt = (written: Written) => {
    tried.push(written);
    const error = failures.shift();
    return error ? Promise.reject(error) : Promise.resolve(undefined);
  };
  const client = {
    create: (_type: unknown, event: EventObject) =>
      attempt({ verb: "create", name: event.metadata.name, count: event.series?.count }),
    patch: (_type: unknown, { name }: { name: string }, { document }: { document: Partial<EventObject> }) =>
      attempt({ verb: "patch", name, count: document.series?.count }),
  } as unknown as EventClient;
  const recorder = new EventRecorder({
    client,
    source: { controller: "example.com/controller", instance: "controller-0" },
    logger,
    metrics: new EventMetrics(registry),
    clock,
    random: () => 0.5,
  });
  const stop = new AbortController();
  const ended = recorder.run(stop.signal);
  const outcomes = async (): Promise<Record<string, number>> =>
    Object.fromEntries(
      Array.from((await registry.metrics()).matchAll(/outcome="(\w+)"} (\d+)/g), ([, name = "", count]) => {
        return [name, Number(count)] as const;
      }),
    );
  const counts = () => tried.map(({ verb, count }) => `${verb} ${count ?? 1}`);
  return { clock, recorder, tried, failures, stop, ended, outcomes, counts, lines };
}

describe("a series", () => {
  test("is written with its second event, and then only counted (clause 18)", async () => {
    const { clock, recorder, counts, tried, outcomes } = start();
    for (let count = 0; count < 10; count += 1) recorder.record(thing(), { ...FAILED, note: `failure ${count}` });
    await clock.pass(0);
    expect(counts()).toEqual(["create 1", "patch 2"]);
    expect(new Set(tried.map(({ name }) => name)).size).toBe(1);
    expect(await outcomes()).toEqual({ written: 2, counted: 8 });
  });

  test("is brought up to date when it has been quiet for 6 min, and then begins anew (clause 18)", async () => {
    const { clock, recorder, counts } = start();
    for (let count = 0; count < 5; count += 1) recorder.record(thing(), FAILED);
    await clock.pass(5 * 60_000);
    expect(counts()).toEqual(["create 1", "patch 2"]);
    await clock.pass(2 * 60_000);
    expect(counts()).toEqual(["create 1", "patch 2", "patch 5"]);
    recorder.record(thing(), FAILED);
    await clock.pass(0);
    expect(counts().at(-1)).toBe("create 1");
  });

  test("that goes on is brought up to date every 30 min (clause 18)", async () => {
    const { clock, recorder, counts } = start();
    for (let minute = 0; minute < 61; minute += 1) {
      recorder.record(thing(), FAILED);
      await clock.pass(60_000);
    }
    // The second event is at 1 min, and the sweeps at whole minutes come before the event of that minute.
    expect(counts()).toEqual(["create 1", "patch 2", "patch 31", "patch 61"]);
  });

  test("whose count is known already is not written again (clause 18)", async () => {
    const { clock, recorder, counts } = start();
    recorder.record(thing(), FAILED);
    recorder.record(thing(), FAILED);
    recorder.record(thing("other"), FAILED);
    await clock.pass(60 * 60_000);
    expect(counts()).toEqual(["create 1", "patch 2", "create 1"]);
  });

  test("whose event is gone is created again with its count (clause 17)", async () => {
    const { clock, recorder, counts, failures } = start();
    recorder.record(thing(), FAILED);
    await clock.pass(0);
    failures.push(refusal(404, "NotFound"));
    recorder.record(thing(), FAILED);
    await clock.pass(0);
    expect(counts()).toEqual(["create 1", "patch 2", "create 2"]);
  });
});

describe("an event that cannot be written", () => {
  test("is tried 12 times, 10 s apart, the first pause random (clause 17)", async () => {
    const { clock, recorder, tried, outcomes } = start(Array.from({ length: 20 }, away));
    recorder.record(thing(), FAILED);
    await clock.pass(4_999);
    expect(tried).toHaveLength(1);
    await clock.pass(1);
    expect(tried).toHaveLength(2);
    await clock.pass(10_000);
    expect(tried).toHaveLength(3);
    await clock.pass(10 * 60_000);
    expect(tried).toHaveLength(12);
    expect(await outcomes()).toEqual({ failed: 1 });
  });

  test.each([
    ["forbidden", refusal(403, "Forbidden")],
    ["invalid", refusal(422, "Invalid")],
    ["in a namespace that is gone", refusal(404, "NotFound")],
  ])("because it is %s is given up at once (clause 17)", async (_what, error) => {
    const { clock, recorder, tried, outcomes, lines } = start([error]);
    recorder.record(thing(), FAILED);
    await clock.pass(600_000);
    expect(tried).toHaveLength(1);
    expect(await outcomes()).toEqual({ failed: 1 });
    expect(lines.map(({ msg }) => msg)).toEqual(["cannot write an event"]);
  });

  test("because its namespace is being deleted is given up at once, and nobody is troubled with it", async () => {
    const causes = [{ reason: "NamespaceTerminating", message: "namespace team is being terminated" }];
    const error = new KubernetesError("no", { code: 403, reason: "Forbidden", causes });
    const { clock, recorder, tried, lines } = start([error]);
    recorder.record(thing(), FAILED);
    await clock.pass(600_000);
    expect(tried).toHaveLength(1);
    expect(lines.map(({ level }) => level)).toEqual([20]); // debug
  });

  test.each([429, 500, 503])("because of a %i is tried again", async (code) => {
    const { clock, recorder, tried, outcomes } = start([refusal(code)]);
    recorder.record(thing(), FAILED);
    await clock.pass(5_000);
    expect(tried).toHaveLength(2);
    expect(await outcomes()).toEqual({ written: 1 });
  });

  test("twice, as the answer to the first was lost, is written", async () => {
    const { clock, recorder, outcomes } = start([away(), refusal(409, "AlreadyExists")]);
    recorder.record(thing(), FAILED);
    await clock.pass(5_000);
    expect(await outcomes()).toEqual({ written: 1 });
  });
});

describe("a recorder", () => {
  test("lets 25 different events about an object pass at once; repetitions cost nothing (clause 16)", async () => {
    const { clock, recorder, counts, outcomes } = start();
    for (let count = 0; count < 30; count += 1) recorder.record(thing(), { ...FAILED, reason: `Reason${count}` });
    for (let count = 0; count < 30; count += 1) recorder.record(thing(), { ...FAILED, reason: "Reason0" });
    recorder.record(thing("other"), FAILED);
    await clock.pass(0);
    expect(counts().filter((written) => written === "create 1")).toHaveLength(26);
    expect(await outcomes()).toEqual({ written: 27, counted: 29, spam: 5 });
  });

  test("holds 1000 events while the API server is away, and counts what it drops (clause 17)", async () => {
    const { clock, recorder, outcomes } = start(Array.from({ length: 12 }, away));
    recorder.record(thing("first"), FAILED);
    await clock.pass(0); // in the writer's hands, not in the queue
    for (let count = 0; count < 1_010; count += 1) recorder.record(thing(`thing-${count}`), FAILED);
    expect(await outcomes()).toEqual({ dropped: 10 });
    await clock.pass(5 * 60_000);
    expect(await outcomes()).toEqual({ dropped: 10, failed: 1, written: 1_000 });
  });

  test("never throws at its callers", async () => {
    const { recorder } = start();
    expect(() => recorder.record({ metadata: { name: "nameless" } }, FAILED)).not.toThrow();
  });

  test("ends with its signal, in the middle of a pause, and leaves no timer (clause 17)", async () => {
    const { clock, recorder, stop, ended, outcomes } = start([away(), away()]);
    recorder.record(thing(), FAILED);
    recorder.record(thing("other"), FAILED);
    await clock.pass(1_000);
    stop.abort();
    await ended;
    recorder.record(thing("late"), FAILED);
    expect(await outcomes()).toEqual({ dropped: 3 });
    expect(clock.waiting).toEqual([]);
  });

  test("ends while it has nothing to do", async () => {
    const { clock, stop, ended } = start();
    await clock.pass(100);
    stop.abort();
    await ended;
    expect(clock.waiting).toEqual([]);
  });
});
