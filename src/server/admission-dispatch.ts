import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { WebhookMetrics } from "#observability/admission-metrics.ts";
import { answerReview, type ReviewObservers, type Webhook } from "./admission-review.ts";
import { readBody } from "./request-body.ts";
import { ReviewBatch } from "./review-batch.ts";
import { refuse, type TransportFault } from "./transport-fault.ts";

/** Two objects at the API server's limit of 3 MiB, and 1 MiB for the rest of the review (controller-runtime's figure). */
export const MAX_REVIEW_BYTES = 7 * 1024 * 1024;

export interface DispatchOptions extends ReviewObservers {
  readonly webhooks: readonly Webhook[];
  /** Whether connections should end with the answer. */
  readonly isDraining: () => boolean;
  /** Why nothing can be judged yet, if so: what is not known is not the same as what is not there. */
  readonly unavailable?: (() => string | undefined) | undefined;
}

/**
 * Answers admission requests by path. It stands before any framework, since
 * routing through one costs more than a whole review.
 */
export function admissionDispatch(options: DispatchOptions): RequestListener {
  const { webhooks, metrics, isDraining, unavailable } = options;
  const batch = new ReviewBatch();
  const served = new Map<string, ServedWebhook>(
    webhooks.map((webhook) => [
      webhook.path,
      { webhook, metrics: metrics.webhook(webhook.path), observers: options, unavailable, batch },
    ]),
  );
  return (request, response) => {
    if (isDraining()) response.setHeader("connection", "close");
    const webhook = served.get(pathOf(request.url ?? ""));
    if (webhook) serveWebhook(webhook, request, response);
    else refuse(request, response, { code: 404, message: unknownPath(served.keys()) });
  };
}

interface ServedWebhook {
  readonly webhook: Webhook;
  readonly metrics: WebhookMetrics;
  readonly observers: ReviewObservers;
  readonly unavailable: DispatchOptions["unavailable"];
  readonly batch: ReviewBatch;
}

/** The API server adds `?timeout=10s`. */
function pathOf(url: string): string {
  const end = url.indexOf("?");
  return end === -1 ? url : url.slice(0, end);
}

function unknownPath(paths: Iterable<string>): string {
  return `the path must be one of ${[...paths].map((path) => `'${path}'`).join(", ")}`;
}

function serveWebhook(served: ServedWebhook, request: IncomingMessage, response: ServerResponse): void {
  const { webhook, metrics, observers, unavailable, batch } = served;
  const started = performance.now();
  metrics.inFlight.value += 1;
  response.on("close", () => {
    metrics.inFlight.value -= 1;
  });
  const fail = (fault: TransportFault) => {
    refuse(request, response, fault);
    settle(metrics, fault.code, started);
  };
  const fault = headFault(request) ?? unavailability(unavailable?.());
  if (fault) {
    fail(fault);
    return;
  }
  readBody(request, MAX_REVIEW_BYTES, (body, fault) => {
    if (fault === "cut off") return; // nobody is there to be answered
    if (body === undefined) {
      fail({ code: 413, message: `the body must have at most ${MAX_REVIEW_BYTES} bytes` });
      return;
    }
    batch.add({
      bytes: body.length,
      judge: () => {
        const answer = answerReview(body, webhook, observers);
        if (typeof answer !== "string") return () => fail({ code: 400, message: answer.undecodable });
        return () => {
          response.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(answer) });
          response.end(answer);
          settle(metrics, 200, started);
        };
      },
    });
  });
}

function settle(metrics: WebhookMetrics, code: number, started: number): void {
  metrics.answered(code).value += 1;
  metrics.latency.observe((performance.now() - started) / 1000);
}

/** What is wrong with a request before its body is looked at. */
function headFault({ method, headers }: IncomingMessage): TransportFault | undefined {
  if (method !== "POST") return { code: 405, message: "the method must be POST" };
  const type = headers["content-type"];
  if (type !== "application/json" && !JSON_IN_UTF8.test(type ?? "")) {
    return { code: 415, message: "the content type must be application/json, in UTF-8" };
  }
  const encoding = headers["content-encoding"];
  return encoding === undefined || encoding === "identity"
    ? undefined
    : { code: 415, message: "the content must not be encoded" };
}

function unavailability(reason: string | undefined): TransportFault | undefined {
  return reason === undefined ? undefined : { code: 503, message: reason };
}

const JSON_IN_UTF8 = /^application\/json\s*(;\s*charset\s*=\s*("utf-?8"|utf-?8)\s*)?;?$/i;
