import { ContainerConfigError } from "./container-config-error.ts";
import { ContainerLife } from "./container-life.ts";
import type { Report } from "./container-run.ts";
import type { Container, RestartPolicy } from "./pod.ts";
import type { Observation } from "./pod-status.ts";
import { type ContainerContext, startContainer } from "./start-container.ts";

/** A Pod from its start to its end on this node: its volumes, and its containers in their order. */
export class PodLife {
  readonly uid: string;
  readonly #context: ContainerContext;
  readonly #report: Report;
  readonly #initContainers: readonly ContainerLife[];
  readonly #containers: readonly ContainerLife[];
  readonly #mounted = Promise.withResolvers<void>();
  readonly #over: Promise<void>;
  #isEnding = false;
  #isOver = false;

  /** Nothing runs before the volumes are there: `refreshVolumes`. */
  constructor(context: ContainerContext, report: Report) {
    const { initContainers = [], containers, restartPolicy = "Always" } = context.pod.spec;
    const initPolicy = restartPolicy === "Never" ? "Never" : "OnFailure";
    this.uid = context.pod.metadata.uid ?? "";
    this.#context = context;
    this.#report = report;
    this.#initContainers = initContainers.map((container) => this.#lifeOf(container, initPolicy));
    this.#containers = containers.map((container) => this.#lifeOf(container, restartPolicy));
    this.#over = this.#live();
  }

  /** None of its containers runs, nor will again. */
  get isOver(): boolean {
    return this.#isOver;
  }

  get observation(): Observation {
    return {
      address: this.#context.address,
      initContainers: this.#initContainers.map(({ status }) => status),
      containers: this.#containers.map(({ status }) => status),
      isOver: this.#isOver,
    };
  }

  /** The process ids of those of its containers that run. */
  get processIds(): readonly number[] {
    return [...this.#initContainers, ...this.#containers].flatMap(({ processId }) => processId ?? []);
  }

  /** Brings the volumes to what their sources hold now; false where something is missing. */
  async refreshVolumes(): Promise<boolean> {
    try {
      await this.#context.volumes.refresh();
      this.#mounted.resolve();
      return true;
    } catch (error) {
      if (!(error instanceof ContainerConfigError)) throw error;
      this.#report.warn({ reason: error.reason, action: "Mount", note: error.message });
      return false;
    }
  }

  /** Has it end, at the latest when the grace is over; again: with less grace. Resolves when it has. */
  end(graceSeconds: number): Promise<void> {
    this.#isEnding = true;
    this.#mounted.resolve();
    for (const container of [...this.#initContainers, ...this.#containers]) container.end(graceSeconds);
    return this.#over;
  }

  async #live(): Promise<void> {
    await this.#mounted.promise;
    if (await this.#initialize()) await Promise.all(this.#containers.map((container) => container.live()));
    this.#isOver = true;
    this.#report.changed();
  }

  async #initialize(): Promise<boolean> {
    for (const container of this.#initContainers) {
      await container.live();
      if (container.status.state.terminated?.exitCode !== 0) return false;
    }
    return !this.#isEnding;
  }

  #lifeOf(container: Container, restartPolicy: RestartPolicy): ContainerLife {
    const { pod, address } = this.#context;
    return new ContainerLife({
      container,
      address,
      restartPolicy,
      graceSeconds: pod.spec.terminationGracePeriodSeconds ?? DEFAULT_GRACE_SECONDS,
      start: () => startContainer(container, this.#context),
      report: this.#report,
    });
  }
}

/** The API's own. */
export const DEFAULT_GRACE_SECONDS = 30;
