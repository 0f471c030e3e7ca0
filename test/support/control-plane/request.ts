import { Agent, request as httpsRequest } from "node:https";
import type { KeyPair } from "../certificates.ts";

export interface RequestOptions {
  /** Sent as JSON. */
  readonly body?: unknown;
  /** For PATCH: application/merge-patch+json unless said otherwise. */
  readonly contentType?: string;
  /** Replaces the bound of 30 seconds. */
  readonly signal?: AbortSignal;
}

export interface ApiResponse {
  readonly status: number;
  /** Parsed when the answer is JSON, else its text. */
  readonly body: unknown;
  /** What the API server and its webhooks warn of, as kubectl shows it. */
  readonly warnings: readonly string[];
}

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** Sends a request to the API server; any status is an answer, only a broken connection throws. */
export type Request = (method: Method, path: string, options?: RequestOptions) => Promise<ApiResponse>;

/** Makes a request function that proves itself by a client certificate. Idle connections do not hold the process. */
export function requestAs(server: string, certificateAuthority: string, client: KeyPair): Request {
  const agent = new Agent({
    keepAlive: true,
    ca: certificateAuthority,
    cert: client.certificate,
    key: client.privateKey,
  });
  return (method, path, options = {}) => send(agent, new URL(path, server), method, options);
}

function send(agent: Agent, url: URL, method: Method, options: RequestOptions): Promise<ApiResponse> {
  const body = options.body === undefined ? undefined : JSON.stringify(options.body);
  const type = options.contentType ?? (method === "PATCH" ? "application/merge-patch+json" : "application/json");
  const headers = { accept: "application/json", ...(body !== undefined && { "content-type": type }) };
  const signal = options.signal ?? AbortSignal.timeout(30_000);
  return new Promise((resolve, reject) => {
    const outgoing = httpsRequest(url, { agent, method, headers, signal }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const text = Buffer.concat(chunks).toString("utf8");
        const isJson = response.headers["content-type"]?.startsWith("application/json") ?? false;
        const warnings = (response.headersDistinct["warning"] ?? []).map(textOfWarning);
        resolve({ status: response.statusCode ?? 0, body: isJson ? JSON.parse(text) : text, warnings });
      });
    });
    outgoing.on("error", reject).end(body);
  });
}

/** The text of `299 - "text"` (RFC 7234, 5.5), in UTF-8 bytes, in which quotes and backslashes are escaped. */
function textOfWarning(header: string): string {
  const text = Buffer.from(header, "latin1").toString("utf8"); // Node reads headers byte by byte
  const quoted = /^\d{3} \S+ "(.*)"$/s.exec(text)?.[1] ?? text;
  return quoted.replaceAll(/\\(.)/gs, "$1");
}
