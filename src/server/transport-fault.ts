import type { IncomingMessage, ServerResponse } from "node:http";
import type { Status } from "#api/admission-review.ts";

/** Why a request never became a review. A 503 is no fault of the request: the API server tries again. */
export interface TransportFault {
  readonly code: 400 | 404 | 405 | 413 | 415 | 503;
  readonly message: string;
  /** Where in the body, for people who wrote it. */
  readonly at?: { readonly line: number; readonly column: number };
}

/**
 * Answers with a Kubernetes Status and closes the connection when there is more
 * of the body to come than anybody should read.
 */
export function refuse(request: IncomingMessage, response: ServerResponse, fault: TransportFault): void {
  const body = JSON.stringify({ ...statusOf(fault), ...fault.at });
  const isOpenEnded = fault.code === 413;
  response.writeHead(fault.code, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
    ...(fault.code === 405 ? { allow: "POST" } : {}),
    ...(fault.code === 503 ? { "retry-after": RETRY_SECONDS } : {}),
    ...(isOpenEnded ? { connection: "close" } : {}),
  });
  if (isOpenEnded) lingeringEnd(request, response, body);
  else response.end(body);
}

function statusOf({ code, message }: TransportFault): Status {
  const status = { apiVersion: "v1", kind: "Status", metadata: {}, status: "Failure" } as const;
  return { ...status, code, reason: REASONS[code], message };
}

/** metav1's names of the codes. */
const REASONS = {
  400: "BadRequest",
  404: "NotFound",
  405: "MethodNotAllowed",
  413: "RequestEntityTooLarge",
  415: "UnsupportedMediaType",
  503: "ServiceUnavailable",
} as const;

/** The API server waits that long and asks again, as often as fits into the webhook's deadline. */
const RETRY_SECONDS = "1";

/** Milliseconds that a client has to stop sending and read why. */
const LINGER = 1000;

/**
 * Ends the response when the client stopped sending: closing a socket with
 * unread data resets it, and the client would see that instead of the answer.
 */
function lingeringEnd(request: IncomingMessage, response: ServerResponse, body: string): void {
  const end = () => {
    clearTimeout(timer);
    response.end();
  };
  const timer = setTimeout(end, LINGER).unref();
  request.once("end", end).once("close", end).resume();
  response.write(body);
}
