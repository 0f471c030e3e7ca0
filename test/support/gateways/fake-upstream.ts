import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type RequestListener, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { KeyPair } from "../certificates.ts";

/** A request as the model's provider got it. */
export interface SeenRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Stands for a model's provider: answers every chat with one sentence, and keeps what it was asked. */
export interface FakeUpstream extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`, or https. */
  readonly url: string;
  /** All requests so far, and forgets them. */
  readonly taken: () => readonly SeenRequest[];
  /** What comes of the next requests, until it is set again; undefined answers as usual. */
  answer: ((request: SeenRequest, response: ServerResponse) => void) | undefined;
}

export async function startFakeUpstream(tls?: KeyPair): Promise<FakeUpstream> {
  let seen: SeenRequest[] = [];
  const listener: RequestListener = (request, response) => {
    const { method = "", url = "", headers } = request;
    void text(request).then((body) => {
      const asked = { method, path: url, headers, body };
      seen.push(asked);
      (upstream.answer ?? answerChat)(asked, response);
    }, ignore);
  };
  const server = tls
    ? createTlsServer({ cert: tls.certificate, key: tls.privateKey }, listener)
    : createServer(listener);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const upstream: FakeUpstream = {
    url: `${tls ? "https" : "http"}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answer: undefined,
    taken: () => {
      const taken = seen;
      seen = [];
      return taken;
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  return upstream;
}

/** Who asked went away before all was said. */
function ignore(): void {}

function answerChat(_: SeenRequest, response: ServerResponse): void {
  response.writeHead(200, { "Content-Type": "application/json" });
  response.end(JSON.stringify(COMPLETION));
}

const COMPLETION = {
  id: "chatcmpl-1",
  object: "chat.completion",
  created: 1_700_000_000,
  model: "fake",
  choices: [{ index: 0, finish_reason: "stop", message: { role: "assistant", content: "Said the fake." } }],
  usage: { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 },
};
