import { expect, test } from "vitest";
import { ManualClock } from "../../test/support/manual-clock.ts";
import { KubernetesError } from "./kubernetes-error.ts";
import { ReflectorPauses } from "./reflector-pauses.ts";

const REFUSED = new KubernetesError("nobody listens", { code: 0, reason: "ConnectionFault" });
const LONG_AWAY = Array.from({ length: 100 }, () => REFUSED);
const SILENT = new KubernetesError("no answer", { code: 0, reason: "Timeout" });
const SHORT = new KubernetesError("very short watch", { code: 0, reason: "VeryShortWatch" });
const EXPIRED = new KubernetesError("too old", { code: 410, reason: "Expired" });
const OVERLOADED = new KubernetesError("later", { code: 503, reason: "ServiceUnavailable" });

function pausesAfter(errors: readonly unknown[], random = 0): readonly number[] {
  const clock = new ManualClock();
  const pauses = new ReflectorPauses({ clock, random: () => random });
  return errors.map((error) => {
    const pause = pauses.after(error);
    clock.advance(pause);
    return pause;
  });
}

test("a server that is not there is asked every 2.5 s, and every 5 s at most", () => {
  expect(pausesAfter([REFUSED, REFUSED, SILENT, REFUSED, REFUSED])).toEqual([800, 1600, 2500, 2500, 2500]);
  expect(pausesAfter(LONG_AWAY, 1).at(-1)).toBe(5000);
});

test("one that has come back and knows no more where we were is asked anew within two seconds", () => {
  expect(pausesAfter([...LONG_AWAY, EXPIRED], 1).at(-1)).toBe(1600);
});

test("one that is there and cannot answer is given more and more time", () => {
  const errors = [OVERLOADED, SHORT, new Error("of ours"), OVERLOADED, OVERLOADED, OVERLOADED, OVERLOADED, OVERLOADED];
  expect(pausesAfter(errors)).toEqual([800, 1600, 3200, 6400, 12_800, 25_600, 30_000, 30_000]);
});
