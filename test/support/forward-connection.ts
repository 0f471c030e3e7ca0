import { connect, type Socket } from "node:net";

/** Joins a connection with a new one to the server, until either ends. Answers the new one. */
export function forwardConnection(incoming: Socket, host: string, port: number): Socket {
  const outgoing = connect(port, host);
  for (const socket of [incoming, outgoing]) socket.on("error", () => socket.destroy());
  incoming.pipe(outgoing).pipe(incoming);
  incoming.on("close", () => outgoing.destroy());
  outgoing.on("close", () => incoming.destroy());
  return outgoing;
}
