import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { pipeline } from "node:stream/promises";
import { Gate } from "./gate.ts";
import type { InformerStream } from "./informer-stream.ts";

/** An API server that knows one stream, and sends it as fast as its client takes it. */
export interface InformerServer extends AsyncDisposable {
  readonly url: string;
  /** Before what there is. */
  readonly listGate: Gate;
  /** Before the events that follow. */
  readonly eventGate: Gate;
}

/**
 * Answers LIST, WATCH and watch-list, whoever asks. Plain HTTP by hand, from
 * bytes that are there already: it must not be what is measured.
 */
export async function startInformerServer(stream: InformerStream): Promise<InformerServer> {
  const [listGate, eventGate] = [new Gate(), new Gate()];
  const answer = async (socket: Socket, query: URLSearchParams): Promise<void> => {
    await listGate.passed;
    if (query.get("watch") !== "true") return send(socket, [listHead(stream), ...stream.list]);
    await send(socket, [WATCH_HEAD, ...(query.get("sendInitialEvents") === "true" ? stream.initialEvents : [])]);
    await eventGate.passed;
    await send(socket, stream.events);
  };
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    converse(socket, answer);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    listGate,
    eventGate,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

/** Requests have no body here, and none comes before the answer to the last. */
function converse(socket: Socket, answer: (socket: Socket, query: URLSearchParams) => Promise<void>): void {
  let head = "";
  socket.setNoDelay(true).setEncoding("latin1");
  socket.on("error", () => socket.destroy()); // a client whose process has ended
  socket.on("data", (text: string) => {
    head += text;
    if (!head.endsWith("\r\n\r\n")) return;
    const [, target = ""] = head.split(" ", 2);
    head = "";
    answer(socket, new URL(target, "http://localhost").searchParams).catch(() => socket.destroy());
  });
}

const WATCH_HEAD = Buffer.from(
  "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n",
);

function listHead({ list }: InformerStream): Buffer {
  const length = list.reduce((sum, { length }) => sum + length, 0);
  return Buffer.from(`HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n`);
}

/** No faster than the client reads. */
function send(socket: Socket, buffers: readonly Buffer[]): Promise<void> {
  return pipeline(buffers, socket, { end: false });
}
