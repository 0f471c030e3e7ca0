import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { forwardConnection } from "./forward-connection.ts";

/** Forwards connections to a server on loopback, until it is told to fall silent. */
export interface SeverableProxy extends AsyncDisposable {
  /** At the server's own address, for the sake of its certificate, and another port. */
  readonly url: string;
  /** How many connections there have been. */
  readonly connections: number;
  /** From now on nothing passes, and nobody is told: the network is gone, not the server. */
  sever(): void;
  /** Breaks what is silent, and forwards new connections again. */
  restore(): void;
  /** Breaks every connection. */
  break(): void;
}

export async function startSeverableProxy(server: string): Promise<SeverableProxy> {
  const { hostname, port, protocol } = new URL(server);
  const sockets = new Set<Socket>();
  let isSevered = false;
  let connections = 0;
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy()).on("close", () => sockets.delete(socket));
  };
  const breakAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  const listener = createServer((incoming) => {
    connections += 1;
    keep(incoming);
    if (!isSevered) keep(forwardConnection(incoming, hostname, Number(port)));
  });
  listener.listen(0, hostname);
  await once(listener, "listening");
  return {
    url: `${protocol}//${hostname}:${(listener.address() as AddressInfo).port}`,
    get connections() {
      return connections;
    },
    sever() {
      isSevered = true;
      for (const socket of sockets) socket.unpipe().pause();
    },
    restore() {
      isSevered = false;
      breakAll();
    },
    break: breakAll,
    async [Symbol.asyncDispose]() {
      breakAll();
      listener.close();
      await once(listener, "close");
    },
  };
}
