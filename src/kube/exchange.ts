import { type Agent, request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import type { Clock } from "./clock.ts";
import { connectionError, timeoutError } from "./status.ts";

export interface ExchangeOptions {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  readonly agent: Agent;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
  readonly limit: TimeLimit;
  /** For messages. */
  readonly name: string;
}

export interface TimeLimit {
  readonly milliseconds: number;
  /** `total`: until the last byte of the answer. `silence`: between any two pieces of it. */
  readonly of: "total" | "silence";
}

/** An answer whose body is still to come. Whoever leaves the loop early closes the connection. */
export interface Answer {
  readonly code: number;
  readonly headers: IncomingHttpHeaders;
  /** Throws KubernetesError when the connection breaks or is too slow, or the reason of an abort. */
  readonly chunks: AsyncIterable<Buffer>;
}

/** One request and its answer, whatever that says. No retry, no meaning. */
export async function exchange(options: ExchangeOptions): Promise<Answer> {
  const life = new Life(options);
  try {
    const incoming = await send(options, life);
    life.heard();
    return {
      code: incoming.statusCode ?? 0,
      headers: incoming.headers,
      chunks: chunksOf(incoming, life),
    };
  } catch (error) {
    life.end();
    throw life.explain(error);
  }
}

function send(options: ExchangeOptions, life: Life): Promise<IncomingMessage> {
  const { url, method, headers, body, agent } = options;
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  if (options.signal?.aborted === true) {
    reject(options.signal.reason as Error);
    return promise;
  }
  const length = body === undefined ? {} : { "content-length": Buffer.byteLength(body) };
  const start = url.startsWith("https:") ? httpsRequest : httpRequest;
  const outgoing = start(url, { method, agent, headers: { ...headers, ...length } }, resolve);
  outgoing.on("error", reject); // stays: a broken connection is reported to request and answer
  life.breakWith((reason) => outgoing.destroy(reason));
  outgoing.end(body);
  return promise;
}

async function* chunksOf(incoming: IncomingMessage, life: Life): AsyncGenerator<Buffer, void> {
  life.breakWith((reason) => incoming.destroy(reason));
  try {
    for await (const chunk of incoming) {
      life.heard();
      yield chunk as Buffer;
    }
  } catch (error) {
    throw life.explain(error);
  } finally {
    life.end();
  }
}

/** The limits of an exchange: its time and its signal. The first that is reached breaks it. */
class Life {
  readonly #options: ExchangeOptions;
  readonly #abort = () => this.#break(this.#options.signal?.reason as Error);
  #destroy: (reason: Error) => void = () => undefined;
  #brokenBy: Error | undefined;
  #timer: Disposable;
  #heardAt: number;

  constructor(options: ExchangeOptions) {
    this.#options = options;
    this.#heardAt = options.clock.now();
    this.#timer = this.#startTimer(options.limit.milliseconds);
    options.signal?.addEventListener("abort", this.#abort, { once: true });
  }

  breakWith(destroy: (reason: Error) => void): void {
    this.#destroy = destroy;
    if (this.#brokenBy) destroy(this.#brokenBy);
  }

  /** Something arrived. Thousands of times a second, so the timer is left alone, and looks here when it rings. */
  heard(): void {
    if (this.#options.limit.of === "silence") this.#heardAt = this.#options.clock.now();
  }

  end(): void {
    this.#timer[Symbol.dispose]();
    this.#options.signal?.removeEventListener("abort", this.#abort);
  }

  /** The reason why it broke, which Node may report as a mere closed connection. */
  explain(error: unknown): unknown {
    return (
      this.#brokenBy ?? (this.#options.signal?.aborted === true ? error : connectionError(error, this.#options.name))
    );
  }

  #startTimer(milliseconds: number): Disposable {
    return this.#options.clock.after(milliseconds, () => this.#ring());
  }

  #ring(): void {
    const { clock, limit, name } = this.#options;
    const left = this.#heardAt + limit.milliseconds - clock.now();
    if (left > 0) this.#timer = this.#startTimer(left);
    else this.#break(timeoutError(name, limit.milliseconds));
  }

  #break(reason: Error): void {
    this.#brokenBy ??= reason;
    this.#destroy(reason);
  }
}
