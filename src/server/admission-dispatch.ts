import type { IncomingMessage, RequestListener } from "node:http";
import type { WebhookMetrics } from "#observability/admission-metrics.ts";
import { AdmissionLoad } from "./admission-load.ts";
import type { ReviewObservers, Webhook } from "./admission-review.ts";
import type { HeldReviews } from "./held-reviews.ts";
import { ReviewBatch } from "./review-batch.ts";
import { ReviewRequest } from "./review-request.ts";
import { refuse, type TransportFault } from "./transport-fault.ts";

export interface DispatchOptions extends ReviewObservers {
  readonly webhooks: readonly Webhook[];
  /** Whether connections should end with the answer. */
  readonly isDraining: () => boolean;
  /** Why nothing can be judged yet, if so: what is not known is not the same as what is not there. */
  readonly unavailable?: (() => string | undefined) | undefined;
  /** Where reviews wait for absent facts. Without it none does. */
  readonly held?: HeldReviews | undefined;
  readonly load?: AdmissionLoad | undefined;
}

/** One admission path and what its requests go through. */
export interface ServedWebhook {
  readonly webhook: Webhook;
  readonly metrics: WebhookMetrics;
  readonly observers: ReviewObservers;
  readonly batch: ReviewBatch;
  readonly load: AdmissionLoad;
  readonly held: HeldReviews | undefined;
}

/**
 * Answers admission requests by path. It stands before any framework, since
 * routing through one costs more than a whole review.
 */
export function admissionDispatch(options: DispatchOptions): RequestListener {
  const { webhooks, metrics, isDraining, unavailable, held, load = new AdmissionLoad() } = options;
  const shared = { observers: options, batch: new ReviewBatch(), load, held };
  const served = new Map<string, ServedWebhook>(
    webhooks.map((webhook) => [webhook.path, { ...shared, webhook, metrics: metrics.webhook(webhook.path) }]),
  );
  return (request, response) => {
    if (isDraining()) response.setHeader("connection", "close");
    const webhook = served.get(pathOf(request.url ?? ""));
    if (!webhook) {
      refuse(request, response, { code: 404, message: unknownPath(served.keys()) });
      return;
    }
    const review = new ReviewRequest(webhook, request, response);
    const fault = headFault(request) ?? unavailability(unavailable?.());
    if (fault) review.refuse(fault);
    else review.read();
  };
}

/** The API server adds `?timeout=10s`. */
function pathOf(url: string): string {
  const end = url.indexOf("?");
  return end === -1 ? url : url.slice(0, end);
}

function unknownPath(paths: Iterable<string>): string {
  return `the path must be one of ${[...paths].map((path) => `'${path}'`).join(", ")}`;
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
