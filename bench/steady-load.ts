import { type ConnectionOptions, connect, type TLSSocket } from "node:tls";
import { Fifo } from "#kube/fifo.ts";
import { isWhole } from "./load.ts";

/** Sends requests at their times, however long the answers take, until it is stopped. */
export interface SteadyLoad {
  /** Milliseconds from when each request was due until its answer was there; those so far, which are then forgotten. */
  take(): readonly number[];
  stop(): void;
}

/** As many idle connections as the API server keeps to a webhook. */
const CONNECTIONS = 25;

/**
 * A request each millisecond, or less often. One that finds no connection free waits, and its
 * wait counts: a server that stands still for 50 ms delays 50 requests, of which
 * a client that waits for its answers would have sent but a few.
 */
export async function startSteadyLoad(
  server: ConnectionOptions,
  messages: readonly Buffer[],
  everyMilliseconds = 1,
): Promise<SteadyLoad> {
  const due = new Fifo<number>();
  const idle: ((dueAt: number) => void)[] = [];
  let latencies: number[] = [];
  let sent = 0;
  const sockets = await Promise.all(Array.from({ length: CONNECTIONS }, () => connected(server)));
  for (const socket of sockets) {
    let [askedFor, answer] = [0, ""];
    const ask = (dueAt: number): void => {
      askedFor = dueAt;
      sent += 1;
      socket.write(messages[sent % messages.length] ?? "");
    };
    socket.on("data", (chunk: string) => {
      answer += chunk;
      if (!isWhole(answer)) return;
      if (!answer.startsWith("HTTP/1.1 200 ")) throw new Error(answer.slice(0, 2000));
      answer = "";
      latencies.push(performance.now() - askedFor);
      const next = due.shift();
      if (next === undefined) idle.push(ask);
      else ask(next);
    });
    idle.push(ask);
  }
  let nextAt = performance.now();
  const timer = setInterval(() => {
    for (; nextAt <= performance.now(); nextAt += everyMilliseconds) {
      const ask = idle.pop();
      if (ask) ask(nextAt);
      else due.push(nextAt);
    }
  }, 1);
  return {
    take() {
      const taken = latencies;
      latencies = [];
      return taken;
    },
    stop() {
      clearInterval(timer);
      for (const socket of sockets) socket.destroy();
    },
  };
}

async function connected(server: ConnectionOptions): Promise<TLSSocket> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const socket = connect(server, resolve);
  socket.setNoDelay(true).setEncoding("latin1").once("error", reject);
  await promise;
  return socket;
}
