import { type ConnectionOptions, connect } from "node:tls";

/** Where and what to send. */
export interface Load {
  readonly server: ConnectionOptions;
  /** As many requests as this wait for an answer at once. */
  readonly connections: number;
  /** Whole requests, sent in turn. */
  readonly messages: readonly Buffer[];
  readonly requests: number;
  /** The status that every answer must have. */
  readonly status: number;
}

/**
 * Sends the load over kept-alive connections and returns when the last answer is
 * read; answers how many milliseconds each took. Throws on any other status.
 *
 * It speaks HTTP by hand: with node:https this process would cost as much as the
 * floor does, and a server whose client is never idle is spared the wake-ups that
 * a slower one pays for.
 */
export async function send(load: Load): Promise<readonly number[]> {
  const latencies: number[] = [];
  let sent = 0;
  const next = (): Buffer | undefined => {
    if (sent >= load.requests) return undefined;
    sent += 1;
    return load.messages[sent % load.messages.length];
  };
  const answered = (milliseconds: number): void => void latencies.push(milliseconds);
  await Promise.all(Array.from({ length: load.connections }, () => converse(load, next, answered)));
  return latencies;
}

/** A POST as it goes over the wire. */
export function post(path: string, body: Buffer): Buffer {
  const head = [
    `POST ${path} HTTP/1.1`,
    "host: 127.0.0.1",
    "user-agent: kube-apiserver-admission",
    "accept: application/json, */*",
    "content-type: application/json",
    "accept-encoding: gzip",
    `content-length: ${body.length}`,
  ];
  return Buffer.concat([Buffer.from(`${head.join("\r\n")}\r\n\r\n`), body]);
}

/** One connection: a request, its answer, and so on until there is none left. */
function converse(
  { server, status }: Load,
  next: () => Buffer | undefined,
  answered: (milliseconds: number) => void,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const socket = connect(server);
  let answer = "";
  let asked = 0;
  const ask = (): void => {
    const request = next();
    asked = performance.now();
    if (request) socket.write(request);
    else socket.end(resolve);
  };
  socket.setNoDelay(true).setEncoding("latin1");
  socket.once("secureConnect", ask).once("error", reject);
  socket.once("close", () => reject(new Error("the server closed a connection")));
  socket.on("data", (chunk: string) => {
    answer += chunk;
    if (!isWhole(answer)) return;
    answered(performance.now() - asked);
    if (!answer.startsWith(`HTTP/1.1 ${status} `)) reject(new Error(answer.slice(0, 2000)));
    answer = "";
    ask();
  });
  return promise;
}

/** Whether the text of an answer goes on to its end. */
export function isWhole(answer: string): boolean {
  const headEnd = answer.indexOf("\r\n\r\n");
  if (headEnd < 0) return false;
  const [, length] = /content-length: (\d+)/i.exec(answer.slice(0, headEnd)) ?? [];
  // Without a length it comes in chunks, the last of which is empty.
  return length === undefined ? answer.endsWith("\r\n0\r\n\r\n") : answer.length >= headEnd + 4 + Number(length);
}
