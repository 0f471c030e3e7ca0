import type { ServerResponse } from "node:http";

/** A failure as the API server words it. */
export interface Failure {
  readonly code: number;
  readonly reason?: string;
  readonly message?: string;
  readonly causes?: readonly { readonly reason?: string; readonly message?: string; readonly field?: string }[];
  readonly retryAfterSeconds?: number;
}

export function answerJson(response: ServerResponse, code: number, body: unknown): void {
  response.writeHead(code, { "content-type": "application/json" }).end(JSON.stringify(body));
}

export function answerFailure(response: ServerResponse, failure: Failure): void {
  if (failure.retryAfterSeconds !== undefined) response.setHeader("retry-after", failure.retryAfterSeconds);
  answerJson(response, failure.code, statusOf(failure));
}

/** The Status object, also inside an ERROR event. */
export function statusOf({ code, reason = "", message = "", causes, retryAfterSeconds }: Failure): object {
  const details = { ...(causes && { causes }), ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) };
  return { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message, reason, details, code };
}

export const EXPIRED: Failure = { code: 410, reason: "Expired", message: "too old resource version: 1 (1000)" };

/** A resource version from the future. The real server waits three seconds before it says so. */
export function tooLarge(asked: string, newest: string): Failure {
  return {
    code: 504,
    reason: "Timeout",
    message: `Too large resource version: ${asked}, current: ${newest}`,
    causes: [{ reason: "ResourceVersionTooLarge", message: "Too large resource version" }],
    retryAfterSeconds: 1,
  };
}
