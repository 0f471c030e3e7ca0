import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

/** Forwards connections to a server on loopback, and holds back what that says. */
export interface LaggingProxy extends AsyncDisposable {
  /** At the server's own address, for the sake of its certificate, and another port. */
  readonly url: string;
  /** From now on every piece of an answer comes so much later. */
  lagMilliseconds: number;
}

export async function startLaggingProxy(server: string): Promise<LaggingProxy> {
  const { hostname, port, protocol } = new URL(server);
  const sockets = new Set<Socket>();
  const listener = createServer((incoming) => {
    const outgoing = connect(Number(port), hostname);
    for (const socket of [incoming, outgoing]) {
      sockets.add(socket);
      socket.on("error", () => socket.destroy()).on("close", () => sockets.delete(socket));
    }
    incoming.pipe(outgoing);
    let sent: Promise<unknown> = Promise.resolve();
    outgoing.on("data", (chunk: Buffer) => {
      const due = pause(proxy.lagMilliseconds);
      sent = Promise.all([sent, due]).then(() => incoming.write(chunk));
    });
    incoming.on("close", () => outgoing.destroy());
    outgoing.on("close", () => incoming.destroy());
  });
  listener.listen(0, hostname);
  await once(listener, "listening");
  const proxy: LaggingProxy = {
    url: `${protocol}//${hostname}:${(listener.address() as AddressInfo).port}`,
    lagMilliseconds: 0,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      listener.close();
      await once(listener, "close");
    },
  };
  return proxy;
}
