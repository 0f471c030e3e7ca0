import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { poll } from "./control-plane/poll.ts";

/** What test/support/elector.ts says. */
export interface ElectorEvent {
  readonly event: "serves" | "sees" | "leads" | "wrote" | "refused" | "stops" | "ended";
  readonly leader?: string;
  readonly count?: string;
  readonly reason?: string;
  readonly port?: number;
  /** PEM, of the webhooks' certificate. */
  readonly authority?: string;
}

/** An elector as a process of its own. Disposing kills it. */
export interface ElectorProcess extends AsyncDisposable {
  readonly identity: string;
  /** All that it said so far. */
  readonly events: readonly ElectorEvent[];
  /** Resolves once it has said this, with when this process first heard it (monotonic). */
  heard(event: ElectorEvent["event"]): Promise<number>;
  /** Resolves when it says this from now on. */
  heardAgain(event: ElectorEvent["event"]): Promise<number>;
  kill(signal: NodeJS.Signals): void;
  readonly ended: Promise<unknown>;
}

export interface ElectorProcessOptions {
  readonly kubeconfig: string;
  readonly namespace: string;
  /** Of the lease, and of the ConfigMap in which leaders count. */
  readonly name: string;
  readonly identity: string;
  readonly times?: string;
  readonly skew?: number;
  readonly webhooks?: "yes" | "no";
  readonly server?: string;
}

export function startElector({ times, skew, ...rest }: ElectorProcessOptions): ElectorProcess {
  const program = join(import.meta.dirname, "elector.ts");
  const { identity } = rest;
  const options = { ...rest, times: times ?? "15000,10000,2000", skew: String(skew ?? 0) };
  const flags = Object.entries(options).map(([name, value]) => `--${name}=${value}`);
  const child = spawn(process.execPath, [program, ...flags], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "exit");
  const events: ElectorEvent[] = [];
  const arrivals: number[] = [];
  const heard = (event: ElectorEvent["event"], from: number) =>
    poll(`${identity} ${event}`, async () => {
      const index = events.findIndex((one, index) => index >= from && one.event === event);
      return index === -1 ? undefined : arrivals[index];
    });
  createInterface(child.stdout).on("line", (line) => {
    events.push(JSON.parse(line) as ElectorEvent);
    arrivals.push(performance.now());
  });
  return {
    identity,
    events,
    ended,
    heard: (event) => heard(event, 0),
    heardAgain: (event) => heard(event, events.length),
    kill: (signal) => void child.kill(signal),
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGKILL");
      await ended;
    },
  };
}
