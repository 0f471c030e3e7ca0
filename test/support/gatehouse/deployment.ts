import { type GatehouseProcess, startGatehouse } from "./process.ts";
import type { ServiceForwarder } from "./service-forwarder.ts";

/** Gatehouse behind a Service: at most one ready process, and perhaps one that drains. */
export class Deployment implements AsyncDisposable {
  readonly #options: readonly (readonly string[])[];
  readonly #service: ServiceForwarder;
  readonly #processes: GatehouseProcess[] = [];

  constructor(options: readonly (readonly string[])[], service: ServiceForwarder) {
    this.#options = [...options, ...OWN_PORTS, ["--shutdown-delay", SHUTDOWN_DELAY_SECONDS]];
    this.#service = service;
  }

  /** The latest process. */
  get process(): GatehouseProcess {
    const latest = this.#processes.at(-1);
    if (latest === undefined) throw new Error("Gatehouse was never started");
    return latest;
  }

  /** Starts a process; once it is ready, the Service leads to it. */
  async start(): Promise<void> {
    this.#processes.push(await startGatehouse(this.#options));
    await this.#service.forwardTo(this.process.admission);
  }

  /** Asks the process to end; the Service leads nowhere. Answers the exit code. */
  async stop(): Promise<number | null> {
    const ended = this.process.end();
    await this.#service.forwardTo(undefined);
    return ended;
  }

  /** A rolling update: another process is started, and once it is ready the one before is asked to end. Answers its exit code. */
  async replace(): Promise<number | null> {
    const { process: former } = this;
    this.#processes.push(await startGatehouse(this.#options));
    const ended = former.end(); // it hears of its end before the Service does, as in a cluster
    await this.#service.forwardTo(this.process.admission);
    return ended;
  }

  /** All that its processes have written, in their order. */
  output(): string {
    return this.#processes.map((process) => process.output()).join("");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#service.forwardTo(undefined);
    await Promise.all(this.#processes.map((process) => process[Symbol.asyncDispose]()));
  }
}

/** As Pods have addresses of their own. */
const OWN_PORTS = [
  ["--bind-address", "127.0.0.1"],
  ["--port", "0"],
  ["--plain-port", "0"],
];

/** In a cluster several parties, one after the other, take an endpoint back; here one does, at once. */
const SHUTDOWN_DELAY_SECONDS = "2";
