import { SYSTEM_CLOCK, sleep } from "#kube/clock.ts";
import type { EventDetails } from "#kube/event-object.ts";
import type { ContainerProcess } from "./container-process.ts";
import { type HandlerTarget, perform } from "./perform.ts";
import type { Container, Probe, Termination } from "./pod.ts";
import { probing } from "./probing.ts";

export interface ContainerRunOptions {
  readonly container: Container;
  readonly process: ContainerProcess;
  /** Of the Pod. */
  readonly address: string;
  /** How long it may take to end when a probe has it ended. */
  readonly graceSeconds: number;
  readonly report: Report;
}

/** Who hears of what happens to a container. */
export interface Report {
  /** Its status is another. */
  readonly changed: () => void;
  readonly warn: (warning: Warning) => void;
}

/** An event of type Warning; those with the same reason and action are one that repeats. */
export type Warning = Pick<EventDetails, "reason" | "action" | "note">;

/** One process of a container from its start to its end: what probes say of it, and how it is ended. */
export class ContainerRun {
  readonly ended: Promise<Termination>;
  readonly #options: ContainerRunOptions;
  readonly #target: HandlerTarget;
  /** Aborts when the process has ended. */
  readonly #over = new AbortController();
  /** Aborts when it is asked to end, too: from then on only readiness is probed. */
  readonly #ending = new AbortController();
  readonly #killers = new DisposableStack();
  #killAt = Number.POSITIVE_INFINITY;
  #hasStarted = false;
  #isReady = false;

  constructor(options: ContainerRunOptions) {
    const { container, process, address } = options;
    this.#options = options;
    this.#target = {
      address,
      ports: container.ports ?? [],
      run: (program, signal) => process.run(program, signal),
    };
    this.ended = process.ended.finally(() => this.#onEnd());
    void this.#watch();
  }

  get processId(): number {
    return this.#options.process.processId;
  }

  get startedAt(): string {
    return this.#options.process.startedAt;
  }

  /** Its startup probe, if any, has passed. */
  get hasStarted(): boolean {
    return this.#hasStarted;
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  /** Has it end, at the latest when the grace is over; again: with less grace. */
  end(graceSeconds: number): void {
    const isFirst = !this.#ending.signal.aborted;
    this.#ending.abort();
    this.#killAfter(graceSeconds * 1000);
    if (isFirst) void this.#askToEnd(graceSeconds * 1000);
  }

  async #askToEnd(graceMilliseconds: number): Promise<void> {
    const { container, process, report } = this.#options;
    const hook = container.lifecycle?.preStop;
    if (hook?.sleep) await sleep(SYSTEM_CLOCK, hook.sleep.seconds * 1000, this.#over.signal).catch(() => undefined);
    else if (hook) {
      const complaint = await perform(hook, this.#target, graceMilliseconds);
      if (complaint !== undefined) report.warn({ reason: "FailedPreStopHook", action: "Stop", note: complaint });
    }
    process.terminate();
  }

  #killAfter(milliseconds: number): void {
    const { process } = this.#options;
    const killAt = SYSTEM_CLOCK.now() + milliseconds;
    if (this.#over.signal.aborted || killAt >= this.#killAt) return;
    this.#killAt = killAt;
    if (milliseconds === 0) process.killGroup();
    else this.#killers.use(SYSTEM_CLOCK.after(milliseconds, () => process.killGroup()));
  }

  #onEnd(): void {
    this.#ending.abort();
    this.#over.abort();
    this.#killers.dispose();
    this.#isReady = false;
  }

  async #watch(): Promise<void> {
    const { startupProbe, livenessProbe, readinessProbe } = this.#options.container;
    if (startupProbe && !(await this.#passes("Startup", startupProbe))) return;
    this.#hasStarted = true;
    this.#isReady = readinessProbe === undefined;
    this.#options.report.changed();
    await Promise.all([
      livenessProbe && this.#keepsPassing("Liveness", livenessProbe),
      readinessProbe && this.#followReadiness(readinessProbe),
    ]);
  }

  /** Whether the probe has once passed; ends the container when it fails. */
  async #passes(name: string, probe: Probe): Promise<boolean> {
    for await (const verdict of this.#verdicts(name, probe, this.#ending.signal)) {
      if (verdict === "passes") return true;
      if (verdict === "fails") this.#endFor(name);
    }
    return false;
  }

  async #keepsPassing(name: string, probe: Probe): Promise<void> {
    for await (const verdict of this.#verdicts(name, probe, this.#ending.signal)) {
      if (verdict === "fails") this.#endFor(name);
    }
  }

  async #followReadiness(probe: Probe): Promise<void> {
    for await (const verdict of this.#verdicts("Readiness", probe, this.#over.signal)) {
      const isReady = verdict === "passes";
      if (isReady === this.#isReady) continue;
      this.#isReady = isReady;
      this.#options.report.changed();
    }
  }

  async *#verdicts(name: string, probe: Probe, signal: AbortSignal): AsyncGenerator<"passes" | "fails" | undefined> {
    for await (const { verdict, complaint } of probing(probe, this.#target, signal)) {
      if (complaint !== undefined) {
        const note = `${name} probe failed: ${complaint}`;
        this.#options.report.warn({ reason: "Unhealthy", action: name, note });
      }
      yield verdict;
    }
  }

  #endFor(name: string): void {
    const { container, graceSeconds, report } = this.#options;
    const note = `Container ${container.name} failed ${name.toLowerCase()} probe, will be restarted`;
    report.warn({ reason: "Killing", action: name, note });
    this.end(graceSeconds);
  }
}
