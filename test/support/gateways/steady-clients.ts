import { Agent, request } from "node:http";

/** Connections that are kept from one request to the next. */
export interface KeptConnections extends Disposable {
  /** What comes of a chat: its status, or what is wrong with the connection. */
  readonly post: (url: string) => Promise<number | string>;
}

export function keptConnections(atMost: number): KeptConnections {
  const agent = new Agent({ keepAlive: true, maxSockets: atMost });
  const headers = { "Content-Type": "application/json" };
  const post = (url: string) =>
    new Promise<number | string>((resolve) => {
      const sent = request(url, { method: "POST", agent, headers }, (response) => {
        response.once("end", () => resolve(response.statusCode ?? 0)).once("error", ({ message }) => resolve(message));
        response.resume();
      });
      sent.once("error", ({ message }) => resolve(message));
      sent.end('{"messages":[]}');
    });
  return { post, [Symbol.dispose]: () => agent.destroy() };
}

/** Clients that ask the same again and again, each over a connection of its own. */
export interface SteadyClients extends AsyncDisposable {
  /** Ends them, and tells how often they asked and what they got that was not 200. */
  readonly stopped: () => Promise<{ readonly count: number; readonly failed: readonly unknown[] }>;
}

export function startSteadyClients(url: string, clients: number): SteadyClients {
  const connections = keptConnections(clients);
  const failed: unknown[] = [];
  let count = 0;
  const stop = new AbortController();
  const asking = Array.from({ length: clients }, async () => {
    while (!stop.signal.aborted) {
      const status = await connections.post(url);
      count += 1;
      if (status !== 200) failed.push(status);
    }
  });
  const stopped = async () => {
    stop.abort();
    await Promise.all(asking);
    connections[Symbol.dispose]();
    return { count, failed };
  };
  return { stopped, [Symbol.asyncDispose]: () => stopped().then(() => undefined) };
}
