import { once } from "node:events";
import { createServer, type Server } from "node:net";
import { forwardConnection } from "../forward-connection.ts";

/**
 * The address of a Service, as kube-proxy makes it: new connections go to the
 * one ready process, those that are there stay where they are, and without a
 * ready process they are refused.
 */
export class ServiceForwarder implements AsyncDisposable {
  readonly #address: string;
  readonly #port: number;
  #server: Server | undefined;
  #target: URL | undefined;

  constructor(address: string, port: number) {
    this.#address = address;
    this.#port = port;
  }

  /** From now on, to the server at this URL; undefined: nowhere. */
  async forwardTo(target: string | undefined): Promise<void> {
    this.#target = target === undefined ? undefined : new URL(target);
    if (this.#target === undefined) this.#refuse();
    else if (this.#server === undefined) await this.#listen();
  }

  #refuse(): void {
    this.#server?.close();
    this.#server = undefined;
  }

  async #listen(): Promise<void> {
    this.#server = createServer((incoming) => {
      if (this.#target) forwardConnection(incoming, this.#target.hostname, Number(this.#target.port));
      else incoming.destroy();
    });
    this.#server.listen(this.#port, this.#address);
    await once(this.#server, "listening");
  }

  /** Connections end when their process does. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.forwardTo(undefined);
  }
}
