import { expect, test } from "vitest";
import { ManualClock } from "../../test/support/manual-clock.ts";
import { retryOnConflict } from "./conflict.ts";
import { KubernetesError } from "./kubernetes-error.ts";

const conflict = () => new KubernetesError("somebody was faster", { code: 409, reason: "Conflict" });

test("tries again 10 to 11 ms after a conflict, and calls the attempt anew each time (clause 19)", async () => {
  const clock = new ManualClock();
  let tries = 0;
  const attempt = async () => {
    tries += 1;
    if (tries < 3) throw conflict();
    return "done";
  };
  let random = 1;
  const result = retryOnConflict(attempt, { clock, random: () => random });
  expect(await clock.timer()).toBe(11);
  random = 0;
  await clock.pass(11);
  expect(await clock.timer()).toBe(10);
  await clock.pass(10);
  expect(await result).toBe("done");
  expect(tries).toBe(3);
});

test("throws the last conflict after five tries (clause 19)", async () => {
  const clock = new ManualClock();
  const errors: KubernetesError[] = [];
  const attempt = async () => {
    const error = conflict();
    errors.push(error);
    throw error;
  };
  const thrown = retryOnConflict(attempt, { clock }).catch((error: unknown) => error);
  await clock.pass(100);
  expect(await thrown).toBe(errors[4]);
  expect(errors).toHaveLength(5);
});

test.each([
  ["another refusal", new KubernetesError("no", { code: 403, reason: "Forbidden" })],
  [
    "a name that is taken, which no second try changes",
    new KubernetesError("no", { code: 409, reason: "AlreadyExists" }),
  ],
  ["a fault", new TypeError("no")],
])("throws %s at once (clause 19)", async (_what, error) => {
  let tries = 0;
  const attempt = async () => {
    tries += 1;
    throw error;
  };
  await expect(retryOnConflict(attempt)).rejects.toBe(error);
  expect(tries).toBe(1);
});

test("stops with its signal while it waits", async () => {
  const clock = new ManualClock();
  const stop = new AbortController();
  const result = retryOnConflict(() => Promise.reject(conflict()), { clock, signal: stop.signal });
  await clock.timer();
  stop.abort(new Error("stopped"));
  await expect(result).rejects.toThrow("stopped");
  expect(clock.waiting).toEqual([]);
});
