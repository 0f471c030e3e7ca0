import type { Clock } from "#kube/clock.ts";
import { type Delayed, DelayLine } from "#kube/delay-line.ts";

/** Rings at instants, one for each key, with one timer for whichever comes first. */
export class Alarms implements Disposable {
  readonly #clock: Clock;
  readonly #ring: (key: string) => void;
  readonly #line: DelayLine<Alarm>;
  readonly #alarms = new Map<string, Alarm>();

  constructor(clock: Clock, ring: (key: string) => void) {
    this.#clock = clock;
    this.#ring = ring;
    this.#line = new DelayLine<Alarm>(clock, (due) => {
      for (const alarm of due) this.#onDue(alarm);
    });
  }

  /** In the place of the alarm that the key had. Milliseconds since the epoch; undefined: never. */
  set(key: string, instant: number | undefined): void {
    const known = this.#alarms.get(key);
    if (known?.instant === instant) return;
    if (known) this.#line.remove(known);
    this.#alarms.delete(key);
    if (instant !== undefined) this.#start({ key, instant, readyAt: 0, position: -1 });
  }

  [Symbol.dispose](): void {
    this.#line.clear();
    this.#alarms.clear();
  }

  #start(alarm: Alarm): void {
    this.#alarms.set(alarm.key, alarm);
    // The timer counts by a clock that nobody sets; what counts in the end is the wall's.
    const left = alarm.instant - this.#clock.date().getTime();
    this.#line.push(alarm, this.#clock.now() + Math.max(0, left));
  }

  #onDue(alarm: Alarm): void {
    this.#alarms.delete(alarm.key);
    const isEarly = alarm.instant > this.#clock.date().getTime();
    if (isEarly) this.#start(alarm);
    else this.#ring(alarm.key);
  }
}

interface Alarm extends Delayed {
  readonly key: string;
  readonly instant: number;
}
