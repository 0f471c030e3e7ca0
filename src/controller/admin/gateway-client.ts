import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import type { AdapterName } from "#gateway/adapter.ts";
import type { Clock } from "#kube/clock.ts";
import { type Answer, exchange } from "#kube/exchange.ts";
import { NotLeaderError, type WriteGuard } from "#kube/guarded-client.ts";
import type { DeliveryMetrics } from "#observability/delivery-metrics.ts";
import { causeInWords } from "./cause-in-words.ts";
import { endpointName } from "./endpoint-name.ts";

export interface GatewayRequest {
  readonly method: "GET" | "POST" | "DELETE";
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON. */
  readonly body?: string;
  /** A token, or `Basic …` and the like as a whole. Travels in a header, and is in no message. */
  readonly credentials?: string | undefined;
  /** For all of it, until the last byte of the answer. */
  readonly limitMilliseconds: number;
  readonly signal: AbortSignal;
  /** For metrics. */
  readonly adapter: AdapterName;
  readonly step: "push" | "verify";
}

export type GatewayAnswer = Answered | Unreachable;

/** Any answer, redirects too: nobody follows them. */
export interface Answered {
  readonly type: "answered";
  readonly status: number;
  readonly headers: Answer["headers"];
  readonly body: string;
  /** There was more than anybody wants to read. */
  readonly isCut: boolean;
}

export interface Unreachable {
  readonly type: "unreachable";
  /** What is wrong, for people: `gw.team-a.svc:2019/load: nobody listens there`. */
  readonly message: string;
}

export interface GatewayClientOptions {
  readonly clock: Clock;
  /** Such as `gatehouse/1.2.3`. */
  readonly userAgent: string;
  readonly metrics?: DeliveryMetrics | undefined;
  /** Decides about each request that changes something, as the API server's client has it. */
  readonly guard?: WriteGuard | undefined;
}

/**
 * Asks gateways' own endpoints, which whoever runs the gateway answers as they
 * like: redirects are not followed, time and length are bounded, what fails is a
 * value. One request, one connection: requests are rare, and a Pod's address is
 * another Pod's tomorrow.
 */
export class GatewayClient {
  readonly #options: GatewayClientOptions;
  readonly #http = new HttpAgent({ keepAlive: false, maxTotalSockets: MOST_CONNECTIONS });
  readonly #https = new HttpsAgent({ keepAlive: false, maxTotalSockets: MOST_CONNECTIONS });

  constructor(options: GatewayClientOptions) {
    this.#options = options;
  }

  /** Throws only the signal's reason, and NotLeaderError. */
  async ask(request: GatewayRequest): Promise<GatewayAnswer> {
    const { metrics, guard } = this.#options;
    if (request.method !== "GET" && guard?.isStillLeader() === false)
      throw new NotLeaderError(`${request.method} ${endpointName(request.url)}: not the leader`);
    try {
      const answer = await this.#exchange(request);
      const { body, isCut } = await boundedText(answer);
      metrics?.answered(answer.code, request.adapter, request.step);
      return { type: "answered", status: answer.code, headers: answer.headers, body, isCut };
    } catch (error) {
      request.signal.throwIfAborted();
      metrics?.answered(0, request.adapter, request.step);
      return { type: "unreachable", message: `${endpointName(request.url)}: ${causeInWords(error)}` };
    }
  }

  #exchange(request: GatewayRequest): Promise<Answer> {
    const { method, url, headers, body, credentials, limitMilliseconds, signal } = request;
    return exchange({
      method,
      url,
      headers: {
        accept: "application/json",
        "user-agent": this.#options.userAgent,
        ...(body !== undefined && { "content-type": "application/json" }),
        ...(credentials !== undefined && { authorization: authorization(credentials) }),
        ...headers,
      },
      body,
      agent: url.startsWith("https:") ? this.#https : this.#http,
      clock: this.#options.clock,
      signal,
      limit: { milliseconds: limitMilliseconds, of: "total" },
      name: endpointName(url),
    });
  }
}

/** Of each scheme, so that many gateways that hang leave descriptors to others. */
const MOST_CONNECTIONS = 256;

/** A Secret's value often ends in a newline, which no header may hold. */
function authorization(credentials: string): string {
  const value = credentials.trim();
  return WITH_SCHEME.test(value) ? value : `Bearer ${value}`;
}

const WITH_SCHEME = /^[A-Za-z]+ \S/;

/** What comes first of the body. Leaving the loop closes the connection. */
async function boundedText({ chunks }: Answer): Promise<Pick<Answered, "body" | "isCut">> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length > LONGEST_BODY_BYTES) return { body: Buffer.concat(parts).toString("utf8"), isCut: true };
    parts.push(chunk);
  }
  return { body: Buffer.concat(parts).toString("utf8"), isCut: false };
}

/** A configuration has room in a ConfigMap, 1 MiB; a gateway's defaults may make it longer, but not by eight times. */
export const LONGEST_BODY_BYTES = 8 * 1024 * 1024;
