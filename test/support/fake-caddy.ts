import { createHash } from "node:crypto";
import { type FakeAnswer, FakeGateway } from "./fake-gateway.ts";
import { type Held, Hold } from "./held.ts";

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
  /** The configurations that it was given since, taken or not. */
  readonly given: () => readonly string[];
  /** The credentials that it was last asked with. */
  readonly authorization: () => string | undefined;
  /** Holds back the next push before it is looked at, or the next answer to who asks what runs. */
  readonly hold: (what: "push" | "answer") => Held;
}

/** Without tags it is one that cannot tell of two who push which of them knows what runs. */
export async function startFakeCaddy({ hasTags = true } = {}): Promise<FakeCaddy> {
  let running = "null";
  const holds = new Map<"push" | "answer", Hold>();
  const held = async (what: "push" | "answer") => {
    const hold = holds.get(what);
    holds.delete(what);
    await hold?.wait();
  };
  const etag = () => `"/config/ ${createHash("sha256").update(running).digest("hex").slice(0, 16)}"`;
  const healthy: FakeAnswer = async (response, { method, headers, body }) => {
    if (method === "GET") {
      const answer = running;
      response.writeHead(200, hasTags ? { etag: etag() } : {});
      await held("answer");
      return void response.end(answer);
    }
    await held("push");
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
    given: () => gateway.requests.flatMap(({ method, body }) => (method === "POST" ? body : [])),
    authorization: () => gateway.requests.at(-1)?.headers.authorization,
    hold: (what) => {
      const hold = new Hold();
      holds.set(what, hold);
      return hold;
    },
    [Symbol.asyncDispose]: () => gateway[Symbol.asyncDispose](),
  };
}
