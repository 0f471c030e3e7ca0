import { createHash } from "node:crypto";
import { type FakeAnswer, FakeGateway } from "./fake-gateway.ts";

/** An admin API as Caddy's, with faults that a healthy one does not have. */
export interface FakeCaddy extends AsyncDisposable {
  readonly url: string;
  /** What it runs, JSON. */
  readonly running: () => string;
  /** Somebody else's configuration, behind our back. */
  readonly reconfigure: (running: string) => void;
  /** What it answers from now on instead of its own; a healthy one again without. Forgets what it was asked. */
  readonly ail: (fault?: FakeAnswer) => void;
  /** How often it was asked since. */
  readonly asked: () => number;
  /** The credentials that it was last asked with. */
  readonly authorization: () => string | undefined;
}

export async function startFakeCaddy(): Promise<FakeCaddy> {
  let running = "null";
  const etag = () => `"/config/ ${createHash("sha256").update(running).digest("hex").slice(0, 16)}"`;
  const healthy: FakeAnswer = (response, { method, headers, body }) => {
    if (method === "GET") return void response.writeHead(200, { etag: etag() }).end(running);
    const match = headers["if-match"];
    if (match !== undefined && match !== etag()) return void response.writeHead(412).end();
    running = body;
    response.writeHead(200).end();
  };
  const gateway = await FakeGateway.start(healthy);
  return {
    url: gateway.url,
    running: () => running,
    reconfigure: (other) => {
      running = other;
    },
    ail: (fault = healthy) => {
      gateway.requests.length = 0;
      gateway.answer = fault;
    },
    asked: () => gateway.requests.length,
    authorization: () => gateway.requests.at(-1)?.headers.authorization,
    [Symbol.asyncDispose]: () => gateway[Symbol.asyncDispose](),
  };
}
