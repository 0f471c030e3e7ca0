import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** Forwards connections to a server on loopback, until it is told to fall silent. */
export interface SeverableProxy extends AsyncDisposable {
  /** At the server's own address, for the sake of its certificate, and another port. */
  readonly url: string;
  /** From now on nothing passes, and nobody is told: the network is gone, not the server. */
  sever(): void;
  /** Breaks what is silent, and forwards new connections again. */
  restore(): void;
}

export async function startSeverableProxy(server: string): Promise<SeverableProxy> {
  const { hostname, port, protocol } = new URL(server);
  const sockets = new Set<Socket>();
  let isSevered = false;
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy()).on("close", () => sockets.delete(socket));
  };
  const listener = createServer((incoming) => {
    keep(incoming);
    if (isSevered) return;
    const outgoing = connect(Number(port), hostname);
    keep(outgoing);
    incoming.pipe(outgoing).pipe(incoming);
    incoming.on("close", () => outgoing.destroy());
    outgoing.on("close", () => incoming.destroy());
  });
  listener.listen(0, hostname);
  await once(listener, "listening");
  return {
    url: `${protocol}//${hostname}:${(listener.address() as AddressInfo).port}`,
    sever() {
      isSevered = true;
      for (const socket of sockets) socket.unpipe().pause();
    },
    restore() {
      isSevered = false;
      for (const socket of sockets) socket.destroy();
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      listener.close();
      await once(listener, "close");
    },
  };
}
