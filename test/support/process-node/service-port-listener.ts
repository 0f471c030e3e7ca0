import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { forwardConnection } from "../forward-connection.ts";
import type { Endpoint } from "./endpoints.ts";

/**
 * A port of a Service at its address: new connections go to its endpoints in
 * turn, those that are there stay where they are, and without an endpoint they
 * are refused.
 */
export class ServicePortListener implements AsyncDisposable {
  readonly #address: string;
  readonly #port: number;
  readonly #connections = new Set<Socket>();
  #server: Server | undefined;
  #endpoints: readonly Endpoint[] = [];
  #turn = 0;

  constructor(address: string, port: number) {
    this.#address = address;
    this.#port = port;
  }

  async forwardTo(endpoints: readonly Endpoint[]): Promise<void> {
    this.#endpoints = endpoints;
    if (endpoints.length === 0) this.#refuse();
    else if (this.#server === undefined) await this.#listen();
  }

  async #listen(): Promise<void> {
    const server = createServer((incoming) => this.#forward(incoming));
    server.listen(this.#port, this.#address);
    await once(server, "listening");
    this.#server = server;
  }

  #refuse(): void {
    this.#server?.close();
    this.#server = undefined;
  }

  #forward(incoming: Socket): void {
    const endpoint = this.#endpoints[this.#turn % this.#endpoints.length];
    this.#turn += 1;
    if (endpoint === undefined) {
      incoming.destroy();
      return;
    }
    this.#connections.add(incoming);
    incoming.once("close", () => this.#connections.delete(incoming));
    forwardConnection(incoming, endpoint.address, endpoint.port);
  }

  /** Breaks what is connected, too. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.forwardTo([]);
    for (const connection of this.#connections) connection.destroy();
  }
}
