import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface GatewayRequestSeen {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

export type FakeAnswer = (response: ServerResponse, request: GatewayRequestSeen) => void | Promise<void>;

/** A gateway's own endpoints as a test wants them, on loopback; remembers what it was asked. */
export class FakeGateway implements AsyncDisposable {
  readonly requests: GatewayRequestSeen[] = [];
  /** Sockets that are open now. */
  readonly sockets = new Set<unknown>();
  /** What the next request gets. */
  answer: FakeAnswer;
  readonly #server = createServer((incoming, response) => void this.#take(incoming, response));

  static async start(answer: FakeAnswer, host = "127.0.0.1", port = 0): Promise<FakeGateway> {
    const gateway = new FakeGateway(answer);
    await new Promise<void>((resolve) => void gateway.#server.listen(port, host, resolve));
    return gateway;
  }

  private constructor(answer: FakeAnswer) {
    this.answer = answer;
    this.#server.on("connection", (socket) => {
      this.sockets.add(socket);
      socket.on("close", () => void this.sockets.delete(socket));
    });
  }

  get address(): AddressInfo {
    return this.#server.address() as AddressInfo;
  }

  get url(): string {
    return `http://${this.address.address}:${this.address.port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise<void>((resolve) => void this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }

  async #take(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const chunk of incoming) parts.push(chunk as Buffer);
    const { method = "", url: path = "", headers } = incoming;
    const request = { method, path, headers, body: Buffer.concat(parts).toString("utf8") };
    this.requests.push(request);
    await this.answer(response, request);
  }
}

/** A whole answer. */
export function answering(
  status: number,
  body: string | object = "",
  headers: Record<string, string> = {},
): FakeAnswer {
  const [text, type] = typeof body === "string" ? [body, "text/plain"] : [JSON.stringify(body), "application/json"];
  return (response) => void response.writeHead(status, { "content-type": type, ...headers }).end(text);
}

/** Takes the request and says nothing for ever. */
export const SILENT: FakeAnswer = () => undefined;

/** Begins an answer and never ends it. */
export const HALF_AN_ANSWER: FakeAnswer = (response) => {
  response.writeHead(200, { "content-length": "1000" });
  response.write("{");
};

/** Closes the connection before it has said anything. */
export const HANGING_UP: FakeAnswer = (response) => void response.socket?.destroy();

/** Bytes that are no HTTP. */
export const GARBAGE: FakeAnswer = (response) => void response.socket?.end("\u0000\u0001 no HTTP at all\r\n\r\n");

/** So many MiB of blanks, as fast as they are taken. */
export function flooding(mebibytes: number): FakeAnswer {
  const piece = Buffer.alloc(1024 * 1024, " ");
  return (response) => {
    response.writeHead(200, { "content-type": "application/json" });
    let left = mebibytes;
    const more = () => {
      while (left > 0 && !response.destroyed) {
        left -= 1;
        if (!response.write(piece)) return void response.once("drain", more);
      }
      response.end();
    };
    more();
  };
}
