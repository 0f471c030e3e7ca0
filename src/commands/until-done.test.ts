import { expect, test } from "vitest";
import { KubernetesError } from "#kube/kubernetes-error.ts";
import { ManualClock } from "../../test/support/manual-clock.ts";
import { type Attempt, untilDone } from "./until-done.ts";

const BUSY = new KubernetesError("busy", { code: 500, reason: "InternalError" });

function start(attempts: readonly (Attempt<string> | Error)[]) {
  const clock = new ManualClock();
  const said: string[] = [];
  let tries = 0;
  const attempt = () => {
    const outcome = attempts[Math.min(tries, attempts.length - 1)] ?? new Error("no attempt");
    tries += 1;
    return outcome instanceof Error ? Promise.reject(outcome) : Promise.resolve(outcome);
  };
  const stop = new AbortController();
  const done = untilDone(attempt, {
    clock,
    milliseconds: 10_000,
    signal: stop.signal,
    say: (obstacle) => said.push(obstacle),
    giveUp: (obstacle) => new Error(`given up: ${obstacle}`),
  });
  return { clock, said, done, stop, tries: () => tries };
}

test("tries each second, and says each obstacle once", async () => {
  const { clock, said, done, tries } = start([{ notYet: "a" }, { notYet: "a" }, BUSY, { done: "it" }]);
  await clock.pass(3000);
  expect(await done).toBe("it");
  expect(said).toEqual(["a", "busy"]);
  expect(tries()).toBe(4);
});

test("gives up when time is over, and says why", async () => {
  const { clock, done } = start([{ notYet: "nothing listens" }]);
  await Promise.all([expect(done).rejects.toThrow("given up: nothing listens"), clock.pass(10_000)]);
});

test("does not try again what can never succeed, nor what is a fault of ours", async () => {
  const invalid = new KubernetesError("invalid", { code: 422, reason: "Invalid" });
  await expect(start([invalid]).done).rejects.toBe(invalid);
  const fault = new TypeError("fault");
  await expect(start([fault]).done).rejects.toBe(fault);
});

test("ends at once when it is told to", async () => {
  const { clock, done, stop } = start([{ notYet: "nothing listens" }]);
  await clock.timer((milliseconds) => milliseconds === 1000);
  stop.abort(new Error("stop"));
  await expect(done).rejects.toThrow("stop");
});
