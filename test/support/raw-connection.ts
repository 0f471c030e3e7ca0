import { type ConnectionOptions, connect, type TLSSocket } from "node:tls";
import type { StartedAdmissionServer } from "./started-admission-server.ts";

/** A TLS connection on which a test itself says what is sent, byte by byte. */
export class RawConnection implements Disposable {
  readonly socket: TLSSocket;
  /** When it is closed, by whomever; errors that come with that are no news. */
  readonly closed: Promise<void>;
  #received = "";

  /** Resolves after the handshake; rejects with its error. */
  static async open(
    { port, certificate }: StartedAdmissionServer,
    options?: ConnectionOptions,
  ): Promise<RawConnection> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const socket = connect({ host: "127.0.0.1", port, ca: certificate.certificate, ...options }, resolve);
    socket.on("error", reject);
    await promise;
    return new RawConnection(socket);
  }

  private constructor(socket: TLSSocket) {
    this.socket = socket;
    this.closed = new Promise((resolve) => socket.once("close", () => resolve()));
    socket.on("data", (data) => {
      this.#received += data.toString();
    });
  }

  /** What came so far. */
  get received(): string {
    return this.#received;
  }

  /** Whatever came so far, as the codes and JSON bodies of HTTP answers. */
  get answers(): readonly { readonly code: number; readonly body: unknown }[] {
    return Array.from(this.#received.matchAll(ANSWER), ([, code, body]) => ({
      code: Number(code),
      body: JSON.parse(body ?? "") as unknown,
    }));
  }

  [Symbol.dispose](): void {
    this.socket.destroy();
  }
}

/** Bodies of ours are one line of JSON. A 100 is no answer yet. */
const ANSWER = /HTTP\/1\.1 ([2-5]\d\d) [^]*?\r\n\r\n(\{.*\})/g;

/** A POST as it goes over the wire. */
export function rawPost(body: string, headers: Readonly<Record<string, string>> = {}): string {
  const lines = Object.entries({
    host: "x",
    "content-type": "application/json",
    "content-length": String(Buffer.byteLength(body)),
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST /validate?timeout=10s HTTP/1.1\r\n${lines.join("")}\r\n${body}`;
}
