import { type Clock, SYSTEM_CLOCK } from "#kube/clock.ts";

/** The system's time, passing so many times as fast: for real servers, before pauses that are made for clusters. */
export function hastyClock(haste: number): Clock {
  return {
    now: () => SYSTEM_CLOCK.now() * haste,
    date: () => SYSTEM_CLOCK.date(),
    after: (milliseconds, run) => SYSTEM_CLOCK.after(milliseconds / haste, run),
  };
}
