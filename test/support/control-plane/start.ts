import { type ChildProcessByStdio, spawn } from "node:child_process";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import type { ControlPlaneOptions, SupervisorMessage } from "./address.ts";
import { type ControlPlaneClient, clientOf } from "./client.ts";
import { ControlPlaneUnavailable } from "./unavailable.ts";

/** A control plane that stops when it is disposed or when this process ends, however it ends. */
export interface ControlPlane extends ControlPlaneClient, AsyncDisposable {
  /** Resolves when the plane has stopped, asked to or not; in the second case standard error has said why. */
  readonly ended: Promise<void>;
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
  const message = await firstMessage(supervisor);
  if (message.kind !== "running") {
    await ended;
    throw message.kind === "unavailable"
      ? new ControlPlaneUnavailable(message.reason)
      : new Error(`the control plane did not start: ${message.message}`);
  }
  const { address } = message;
  return {
    ...clientOf(address),
    ended,
    [Symbol.asyncDispose]: () => end(supervisor, ended, address.directory),
  };
}

type Supervisor = ChildProcessByStdio<Writable, Readable, null>;

async function firstMessage(supervisor: Supervisor): Promise<SupervisorMessage> {
  supervisor.stdin.on("error", () => undefined); // it may end by itself; its message or exit tells
  return new Promise((resolve, reject) => {
    supervisor.once("error", (cause) => reject(new Error("no supervisor", { cause })));
    const lines = createInterface(supervisor.stdout);
    lines.once("line", (line) => resolve(JSON.parse(line) as SupervisorMessage));
    lines.once("close", () => resolve({ kind: "failed", message: "its supervisor ended without a word" }));
  });
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
