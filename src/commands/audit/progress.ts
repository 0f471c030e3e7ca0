import type { Clock } from "#kube/clock.ts";

export interface ProgressOptions {
  readonly write: (text: string) => void;
  /** Elsewhere a line that is written over itself would be noise. */
  readonly isTerminal: boolean;
  readonly clock: Clock;
}

/** One line on a terminal that says how far a long command is. Disposing takes it away. */
export class Progress implements Disposable {
  readonly #options: ProgressOptions;
  #isShown = false;
  #next: number;

  constructor(options: ProgressOptions) {
    this.#options = options;
    this.#next = options.clock.now() + PATIENCE_MILLISECONDS;
  }

  show(text: string): void {
    const { write, isTerminal, clock } = this.#options;
    const now = clock.now();
    if (!isTerminal || now < this.#next) return;
    this.#next = now + PAUSE_MILLISECONDS;
    this.#isShown = true;
    write(`${CLEARED}${text}`);
  }

  clear(): void {
    if (this.#isShown) this.#options.write(CLEARED);
    this.#isShown = false;
  }

  [Symbol.dispose](): void {
    this.clear();
  }
}

/** For so long nobody asks what is going on. */
const PATIENCE_MILLISECONDS = 500;

/** As often as an eye follows. */
const PAUSE_MILLISECONDS = 100;

/** The cursor at the beginning of an empty line. */
const CLEARED = "\r\u001b[2K";
