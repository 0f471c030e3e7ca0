import { connect, type TLSSocket } from "node:tls";

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

/**
 * Sends the load over kept-alive connections and returns when the last answer is
 * read. Throws on any but a 200.
 *
 * It speaks HTTP by hand: with node:https this process would cost as much as the
 * floor does, and a server whose client is never idle is spared the wake-ups that
 * a slower one pays for.
 */
export async function send({ port, paths, body, requests }: Load): Promise<void> {
  const messages = paths.map((path) => message(path, body));
  let sent = 0;
  const next = (): Buffer | undefined => {
    if (sent >= requests) return undefined;
    sent += 1;
    return messages[sent % messages.length];
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, () => converse(port, next)));
}

function message(path: string, body: Buffer): Buffer {
  const head = [
    `POST ${path}?timeout=10s HTTP/1.1`,
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
function converse(port: number, next: () => Buffer | undefined): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const socket: TLSSocket = connect({ host: "127.0.0.1", port, rejectUnauthorized: false });
  let answer = "";
  const ask = (): void => {
    const request = next();
    if (request) socket.write(request);
    else socket.end(resolve);
  };
  socket.setNoDelay(true).setEncoding("latin1");
  socket.once("secureConnect", ask).once("error", reject);
  socket.on("data", (chunk: string) => {
    answer += chunk;
    if (!isWhole(answer)) return;
    if (!answer.startsWith("HTTP/1.1 200 ")) reject(new Error(answer.slice(0, 500)));
    answer = "";
    ask();
  });
  return promise;
}

function isWhole(answer: string): boolean {
  const headEnd = answer.indexOf("\r\n\r\n");
  if (headEnd < 0) return false;
  const [, length] = /content-length: (\d+)/i.exec(answer) ?? [];
  return answer.length >= headEnd + 4 + Number(length);
}
