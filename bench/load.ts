import { Agent, request } from "node:https";

/** Where and what to send. */
export interface Load {
  readonly port: number;
  /** Paths that are asked in turn, as the API server asks both webhooks. */
  readonly paths: readonly string[];
  readonly body: Buffer;
  readonly requests: number;
}

/** As many requests as this wait for an answer at once: 20 keep one server busy without a queue. */
const CONNECTIONS = 20;

/** A connection pool for one server. */
export function connections(): Agent {
  return new Agent({ keepAlive: true, maxSockets: CONNECTIONS, rejectUnauthorized: false });
}

/** Sends the load over kept-alive connections and returns when the last answer is read. Throws on any but a 200. */
export async function send(agent: Agent, load: Load): Promise<void> {
  let sent = 0;
  const worker = async (): Promise<void> => {
    while (sent < load.requests) {
      const path = load.paths[sent % load.paths.length] ?? "/";
      sent += 1;
      await post(agent, load.port, path, load.body);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, worker));
}

function post(agent: Agent, port: number, path: string, body: Buffer): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const headers = { "content-type": "application/json", "content-length": body.length };
  const call = request(
    { host: "127.0.0.1", port, path: `${path}?timeout=10s`, method: "POST", agent, headers },
    (answer) => {
      answer.resume();
      answer.once("end", () =>
        answer.statusCode === 200 ? resolve() : reject(new Error(`status ${answer.statusCode}`)),
      );
      answer.once("error", reject);
    },
  );
  call.once("error", reject);
  call.end(body);
  return promise;
}
