import { type FSWatcher, watch } from "node:fs";

export interface DirectoryWatchOptions {
  readonly directory: string;
  /** Called when something may have changed, never twice at the same time. */
  readonly onChange: () => Promise<void>;
  /** Called when there are no events to be had, so that polling is all there is. */
  readonly onTrouble: (reason: string) => void;
  readonly pollMilliseconds?: number;
}

/** For file systems that give no events, and for events that were lost. */
const POLL_MILLISECONDS = 10_000;

/** Tells that a directory may have changed: at once, by the file system's events and by a poll. */
export class DirectoryWatch implements Disposable {
  readonly #onChange: () => Promise<void>;
  readonly #timer: NodeJS.Timeout;
  #watcher: FSWatcher | undefined;
  #isBusy = false;
  #isStale = false;

  constructor({ directory, onChange, onTrouble, pollMilliseconds = POLL_MILLISECONDS }: DirectoryWatchOptions) {
    this.#onChange = onChange;
    this.#timer = setInterval(() => this.#changed(), pollMilliseconds).unref();
    const trouble = (error: unknown) => onTrouble(error instanceof Error ? error.message : String(error));
    try {
      this.#watcher = watch(directory, { persistent: false }, () => this.#changed()).on("error", trouble);
    } catch (error) {
      trouble(error);
    }
    this.#changed(); // between its first reading and this watch
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.#watcher?.close();
  }

  /** What changes while it is being told is told afterwards. */
  #changed(): void {
    this.#isStale = true;
    if (!this.#isBusy) void this.#tellWhileStale();
  }

  async #tellWhileStale(): Promise<void> {
    this.#isBusy = true;
    try {
      while (this.#isStale) {
        this.#isStale = false;
        await this.#onChange();
      }
    } finally {
      this.#isBusy = false;
    }
  }
}
