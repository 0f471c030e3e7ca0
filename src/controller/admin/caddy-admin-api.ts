import { isSameJson } from "#api/same-json.ts";
import type { AdminApi, PushOutcome, PushRequest } from "./admin-api.ts";
import { endpointName } from "./endpoint-name.ts";
import type { Answered, GatewayAnswer, GatewayClient, GatewayRequest } from "./gateway-client.ts";
import { refusalOf, saying } from "./refusal.ts";

/**
 * Caddy's admin API (https://caddyserver.com/docs/api). A configuration is taken
 * whole or not at all. `POST /config/` does what `POST /load` does, and compares
 * `If-Match` with the `Etag` of what was read, so that of two leaders the one
 * that was stopped in mid-delivery is refused. Seen of 2.11.7: what it does not
 * take is 400 at `/load` and 500 at `/config/`, and `Etag` is there since 2.5.2.
 */
export class CaddyAdminApi implements AdminApi {
  readonly #client: GatewayClient;

  constructor(client: GatewayClient) {
    this.#client = client;
  }

  async push(request: PushRequest): Promise<PushOutcome> {
    const base = baseOf(request.url);
    const running = await this.#ask(request, { method: "GET", url: `${base}/config/` });
    if (running.type === "unreachable") return running;
    const refusal = refusalOf(running, request.url, request.credentials);
    if (refusal) return { type: "rejected", status: running.status, ...refusal };
    if (runs(running.body, request.body)) return { type: "accepted", changed: false };
    const { etag } = running.headers;
    const url = etag === undefined ? `${base}/load` : `${base}/config/`;
    const headers: Record<string, string> = etag === undefined ? {} : { "if-match": etag };
    const answer = await this.#ask(request, { method: "POST", url, headers, body: request.body });
    return answer.type === "unreachable" ? answer : outcomeOf(answer, request);
  }

  #ask(
    { credentials, signal }: PushRequest,
    request: Pick<GatewayRequest, "method" | "url" | "headers" | "body">,
  ): Promise<GatewayAnswer> {
    const limitMilliseconds = request.method === "GET" ? READ_MILLISECONDS : PUSH_MILLISECONDS;
    return this.#client.ask({ ...request, credentials, signal, limitMilliseconds, adapter: "caddy", step: "push" });
  }
}

/** What runs is told within 10 ms, under load within a second. */
const READ_MILLISECONDS = 5000;

/** A configuration is taken within 10 ms; one that has to open files and sockets first may take seconds. */
const PUSH_MILLISECONDS = 15_000;

function baseOf(url: string): string {
  return url.replace(/\/+(?:load|config)?\/*$/, "");
}

/** Caddy keeps what it was given, with keys in an order of its own. */
function runs(running: string, pushed: string): boolean {
  try {
    return isSameJson(JSON.parse(running), JSON.parse(pushed));
  } catch {
    return false;
  }
}

function outcomeOf(answer: Answered, { url, credentials }: PushRequest): PushOutcome {
  const { status, body } = answer;
  const refusal = refusalOf(answer, url, credentials);
  if (!refusal) return { type: "accepted", changed: true };
  if (status !== 400 && !(status === 500 && REFUSED.test(body))) return { type: "rejected", status, ...refusal };
  const message = `${endpointName(url)}: refuses the configuration${saying(answer, credentials)}`;
  return { type: "rejected", status, reason: "ConfigurationRefused", message };
}

/** What Caddy says of a configuration that it does not take; other errors are its own. */
const REFUSED = /"error":\s*"(?:loading|decoding|validating)/;
