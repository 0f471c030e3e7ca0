import { Backoff } from "#kube/backoff.ts";
import { SYSTEM_CLOCK, sleep } from "#kube/clock.ts";
import { ContainerConfigError } from "./container-config-error.ts";
import type { ContainerProcess } from "./container-process.ts";
import { ContainerRun, type ContainerRunOptions } from "./container-run.ts";
import type { ContainerState, ContainerStatus, RestartPolicy, Termination } from "./pod.ts";

export interface ContainerLifeOptions extends Omit<ContainerRunOptions, "process"> {
  readonly restartPolicy: RestartPolicy;
  /** Throws ContainerConfigError where that cannot be, as yet. */
  readonly start: () => ContainerProcess;
}

/** A container of a Pod: its processes, one after another, for as long as the restart policy wants. */
export class ContainerLife {
  readonly #options: ContainerLifeOptions;
  readonly #backoff = new Backoff({ ...RESTART_PAUSES, clock: SYSTEM_CLOCK });
  readonly #ending = new AbortController();
  #state: ContainerState = { waiting: { reason: "PodInitializing" } };
  #run: ContainerRun | undefined;
  #lastTermination: Termination | undefined;
  #starts = 0;

  constructor(options: ContainerLifeOptions) {
    this.#options = options;
  }

  get status(): ContainerStatus {
    const { name, image } = this.#options.container;
    const terminated = this.#state.terminated ? undefined : this.#lastTermination;
    return {
      name,
      image,
      imageID: image,
      ready: this.#run?.isReady ?? false,
      started: this.#run?.hasStarted ?? false,
      restartCount: Math.max(0, this.#starts - 1),
      state: this.#state,
      lastState: terminated ? { terminated } : {},
    };
  }

  /** That of the process that runs now. */
  get processId(): number | undefined {
    return this.#run?.processId;
  }

  /** Resolves when it has ended for good, by itself or since it was told to. */
  async live(): Promise<void> {
    const { signal } = this.#ending;
    while (!signal.aborted) {
      const run = this.#start();
      const termination = await run?.ended;
      if (termination) this.#recordEnd(termination);
      if (termination && !isRestarted(this.#options.restartPolicy, termination)) return;
      await this.#pause(termination);
    }
  }

  /** Has it end for good, at the latest when the grace is over; again: with less grace. */
  end(graceSeconds: number): void {
    this.#ending.abort();
    this.#run?.end(graceSeconds);
  }

  #start(): ContainerRun | undefined {
    try {
      const process = this.#options.start();
      this.#starts += 1;
      this.#run = new ContainerRun({ ...this.#options, process });
      this.#become({ running: { startedAt: process.startedAt } });
      return this.#run;
    } catch (error) {
      if (!(error instanceof ContainerConfigError)) throw error;
      const { reason, message } = error;
      this.#options.report.warn({ reason: "Failed", action: "Start", note: message });
      this.#become({ waiting: { reason, message } });
      return undefined;
    }
  }

  #recordEnd(termination: Termination): void {
    this.#run = undefined;
    this.#lastTermination = termination;
    this.#become({ terminated: termination });
  }

  /** Before it is started again: after its end, or where it could not be started. */
  async #pause(termination: Termination | undefined): Promise<void> {
    if (this.#ending.signal.aborted) return;
    const { container, report } = this.#options;
    const milliseconds = termination ? this.#restartPause() : RETRY_MILLISECONDS;
    if (termination && milliseconds > 0) {
      const message = `back-off ${(milliseconds / 1000).toFixed(1)} s restarting container ${container.name}`;
      report.warn({ reason: "BackOff", action: "Restart", note: message });
      this.#become({ waiting: { reason: "CrashLoopBackOff", message } });
    }
    await sleep(SYSTEM_CLOCK, milliseconds, this.#ending.signal).catch(() => undefined); // the loop sees the abort
  }

  /** None at the first time, as with the kubelet. */
  #restartPause(): number {
    return this.#starts === 1 ? 0 : this.#backoff.next();
  }

  #become(state: ContainerState): void {
    this.#state = state;
    this.#options.report.changed();
  }
}

/** A tenth of the kubelet's at first, since tests wait for it. */
const RESTART_PAUSES = { firstMilliseconds: 1_000, longestMilliseconds: 300_000, resetMilliseconds: 600_000 };

/** Until what could not be started is tried again: what was missing may be there. */
const RETRY_MILLISECONDS = 500;

function isRestarted(policy: RestartPolicy, { exitCode }: Termination): boolean {
  return policy === "Always" || (policy === "OnFailure" && exitCode !== 0);
}
