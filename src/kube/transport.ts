import { Agents } from "./agents.ts";
import type { ClientMetrics } from "./client-metrics.ts";
import { type Clock, sleep } from "./clock.ts";
import type { ClusterConnection } from "./cluster-connection.ts";
import { type Answer, exchange, type TimeLimit } from "./exchange.ts";
import { KubernetesError } from "./kubernetes-error.ts";
import { nextTry, type Tries } from "./retry.ts";
import { connectionError, errorOfAnswer } from "./status.ts";

export interface TransportOptions {
  readonly connection: ClusterConnection;
  readonly clock: Clock;
  /** Such as `gatehouse/1.2.3`: the API server's audit log and priority levels see it. */
  readonly userAgent: string;
  readonly metrics?: ClientMetrics | undefined;
}

export interface TransportRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** With query. */
  readonly path: string;
  /** For metrics. */
  readonly verb: string;
  readonly accept?: string | undefined;
  readonly contentType?: string;
  readonly body?: string;
  readonly signal?: AbortSignal | undefined;
  readonly limit: TimeLimit;
}

/** Sends requests to one cluster over kept connections, proves who we are, and tries again where that is safe. */
export class Transport implements Disposable {
  readonly host: string;
  readonly #options: TransportOptions;
  readonly #agents: Agents;

  constructor(options: TransportOptions) {
    this.host = new URL(options.connection.server).host;
    this.#options = options;
    this.#agents = new Agents(options.connection);
  }

  /** The headers of a good answer are here when this resolves; anything else is thrown. */
  async send(request: TransportRequest): Promise<Answer> {
    const { clock, metrics } = this.#options;
    for (const tries: Tries = { count: 1, isIdentityFresh: false }; ; tries.count += 1) {
      try {
        return await this.#try(request, tries.isIdentityFresh);
      } catch (error) {
        const next = error instanceof KubernetesError ? nextTry(error, request.method, tries) : undefined;
        if (!next || !(error instanceof KubernetesError)) throw error;
        tries.isIdentityFresh = next.refreshIdentity;
        metrics?.retried(error.code, request.verb, this.host);
        if (next.afterMilliseconds > 0) await sleep(clock, next.afterMilliseconds, request.signal ?? NEVER);
      }
    }
  }

  /** Breaks every connection; watches end. */
  [Symbol.dispose](): void {
    this.#agents[Symbol.dispose]();
  }

  async #try(request: TransportRequest, refresh: boolean): Promise<Answer> {
    const { connection, clock, userAgent, metrics } = this.#options;
    const name = `${request.method} ${request.path}`;
    const identity = await connection.identity(refresh).catch((error: unknown) => {
      throw connectionError(error, name);
    });
    const start = clock.now();
    const answer = await exchange({
      url: connection.server + request.path,
      method: request.method,
      headers: {
        accept: request.accept ?? "application/json",
        "user-agent": userAgent,
        ...(request.contentType !== undefined && { "content-type": request.contentType }),
        ...identity.headers,
      },
      body: request.body,
      agent: this.#agents.for(identity),
      clock,
      signal: request.signal,
      limit: request.limit,
      name,
    }).catch((error: unknown) => {
      metrics?.answered(0, request.method, this.host);
      throw error;
    });
    metrics?.answered(answer.code, request.method, this.host);
    metrics?.took(clock.now() - start, request.verb, this.host);
    if (answer.code >= 200 && answer.code < 300) return answer;
    throw errorOfAnswer(
      { code: answer.code, retryAfter: answer.headers["retry-after"], request: name },
      await textOf(answer),
    );
  }
}

/** The whole body. */
export async function textOf({ chunks }: Answer): Promise<string> {
  const parts: Buffer[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts).toString("utf8");
}

const NEVER = new AbortController().signal;
