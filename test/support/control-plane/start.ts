import { type ChildProcessByStdio, spawn } from "node:child_process";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import type { ControlPlaneOptions, EndSignal, SupervisorMessage, SupervisorRequest } from "./address.ts";
import { type ControlPlaneClient, clientOf } from "./client.ts";
import { compactEtcd } from "./etcd.ts";
import { ControlPlaneUnavailable } from "./unavailable.ts";

/** A control plane that stops when it is disposed or when this process ends, however it ends. */
export interface ControlPlane extends ControlPlaneClient, AsyncDisposable {
  /** Resolves when the plane has stopped, asked to or not; in the second case standard error has said why. */
  readonly ended: Promise<void>;
  /** Resolves when it has ended. Nothing else of the plane is told. */
  stopApiServer(signal: EndSignal): Promise<void>;
  /** Starts it again on its address, with all that was stored; resolves when it is ready. */
  startApiServer(): Promise<void>;
  /** As the API server. Nothing can be read or stored until it is started again, with all that was stored. */
  stopEtcd(signal: EndSignal): Promise<void>;
  startEtcd(): Promise<void>;
  /** Makes etcd forget all that was before now, as the API server has it do every five minutes. */
  compactEtcd(): Promise<void>;
}

/**
 * Starts etcd, kube-apiserver and kube-controller-manager in about four
 * seconds; the first time it builds them, in about ten minutes, and says so on
 * standard error. Throws ControlPlaneUnavailable when this machine cannot have
 * one, and an Error with the end of the failing program's log otherwise.
 */
export async function startControlPlane(options: ControlPlaneOptions = {}): Promise<ControlPlane> {
  const supervisor = spawn(process.execPath, [join(import.meta.dirname, "supervisor.ts"), JSON.stringify(options)], {
    stdio: ["pipe", "pipe", "inherit"],
    detached: true, // Ctrl-C in a terminal goes to the parent, which then stops things in their order
  });
  const ended = new Promise<void>((resolve) => supervisor.once("close", () => resolve()));
  supervisor.stdin.on("error", () => undefined); // it may end by itself; its message or exit tells
  const messages = messagesOf(supervisor);
  const message = await messages();
  if (message.kind !== "running") {
    await ended;
    throw message.kind === "unavailable"
      ? new ControlPlaneUnavailable(message.reason)
      : new Error(`the control plane did not start: ${message.message}`);
  }
  const { address } = message;
  let { processIds } = address;
  const request = async (line: SupervisorRequest) => {
    supervisor.stdin.write(`${JSON.stringify(line)}\n`);
    const answer = await messages();
    if (answer.kind !== "running") throw new Error(`no ${line.kind} of ${line.daemon}: ${JSON.stringify(answer)}`);
    processIds = answer.address.processIds;
  };
  return {
    ...clientOf(address),
    get processIds() {
      return processIds;
    },
    ended,
    stopApiServer: (signal) => request({ kind: "end", daemon: "kube-apiserver", signal }),
    startApiServer: () => request({ kind: "start", daemon: "kube-apiserver" }),
    stopEtcd: (signal) => request({ kind: "end", daemon: "etcd", signal }),
    startEtcd: () => request({ kind: "start", daemon: "etcd" }),
    compactEtcd: () => compactEtcd(address.etcd),
    [Symbol.asyncDispose]: () => end(supervisor, ended, address.directory),
  };
}

type Supervisor = ChildProcessByStdio<Writable, Readable, null>;

/** Answers one message after the other, as they are asked for. */
function messagesOf(supervisor: Supervisor): () => Promise<SupervisorMessage> {
  const failure = new Promise<never>((_, reject) => {
    supervisor.once("error", (cause) => reject(new Error("no supervisor", { cause })));
  });
  const lines = createInterface(supervisor.stdout)[Symbol.asyncIterator]();
  return async () => {
    const line = await Promise.race([lines.next(), failure]);
    return line.done ? { kind: "failed", message: "its supervisor ended without a word" } : parse(line.value);
  };
}

function parse(line: string): SupervisorMessage {
  return JSON.parse(line) as SupervisorMessage;
}

/** Lets go of the supervisor; should it hang, ends its whole process group and cleans up in its place. */
async function end(supervisor: Supervisor, ended: Promise<void>, directory: string): Promise<void> {
  const killer = setTimeout(() => {
    if (supervisor.pid !== undefined) process.kill(-supervisor.pid, "SIGKILL");
  }, patienceMilliseconds);
  supervisor.stdin.end();
  await ended;
  clearTimeout(killer);
  await rm(directory, { recursive: true, force: true });
}

/** Three programs with 5 seconds of grace each, and some seconds more. */
const patienceMilliseconds = 20_000;
