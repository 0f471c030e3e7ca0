import type { IncomingMessage, ServerResponse } from "node:http";
import type { Overload } from "#observability/admission-metrics.ts";
import type { ServedWebhook } from "./admission-dispatch.ts";
import { judgeReview, observeReview } from "./admission-review.ts";
import { marginOf, timeoutOf } from "./deadline.ts";
import type { JudgedReview } from "./judged-review.ts";
import { type BodyFault, readBody } from "./request-body.ts";
import { refuse, type TransportFault } from "./transport-fault.ts";

/** Two objects at the API server's limit of 3 MiB, and 1 MiB for the rest of the review (controller-runtime's figure). */
export const MAX_REVIEW_BYTES = 7 * 1024 * 1024;

/** One request on an admission path, from its head to its answer. */
export class ReviewRequest {
  readonly #served: ServedWebhook;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  /** Instants of performance.now(). */
  readonly #arrived = performance.now();
  readonly #timeout: number;
  #bytes = 0;
  #letGo: (() => void) | undefined;

  constructor(served: ServedWebhook, request: IncomingMessage, response: ServerResponse) {
    this.#served = served;
    this.#request = request;
    this.#response = response;
    this.#timeout = timeoutOf(request.url ?? "");
    served.load.enter();
    served.metrics.inFlight.value += 1;
    response.on("close", () => this.#leave());
  }

  /** Reads the body, judges it and answers. */
  read(): void {
    if (this.#served.load.isCrowded) this.#putOff("requests");
    else readBody(this.#request, { limit: MAX_REVIEW_BYTES, take: this.#take }, this.#judgeInTurn);
  }

  refuse(fault: TransportFault): void {
    refuse(this.#request, this.#response, fault);
    this.#settle(fault.code);
  }

  readonly #take = (bytes: number): boolean => {
    if (!this.#served.load.take(bytes)) return false;
    this.#bytes += bytes;
    return true;
  };

  readonly #judgeInTurn = (body: Buffer | undefined, fault?: BodyFault): void => {
    if (body) this.#served.batch.add({ bytes: body.length, judge: () => this.#judge(body) });
    else if (fault === "no room") this.#putOff("bytes");
    else if (fault === "too large") {
      this.refuse({ code: 413, message: `the body must have at most ${MAX_REVIEW_BYTES} bytes` });
    }
    // Otherwise nobody is there to be answered.
  };

  /** What sends the answer, once others of the same turn are judged too. */
  #judge(body: Buffer): () => void {
    if (this.#response.destroyed) return nothing;
    if (performance.now() - this.#arrived >= this.#timeout) return () => this.#putOff("deadline");
    const judged = judgeReview(body, this.#served.webhook);
    if ("undecodable" in judged) return () => this.refuse({ code: 400, message: judged.undecodable });
    if (this.#hold(body, judged)) return nothing;
    this.#observe(judged);
    return () => this.#answer(judged);
  }

  /** Waits for what is absent, where the verdict rests on that and there is time. */
  #hold(body: Buffer, first: JudgedReview): boolean {
    const { held, webhook, metrics } = this.#served;
    if (!held || first.awaits.length === 0) return false;
    let judged = first;
    const review = {
      awaits: first.awaits,
      // From the bytes, since judging a mutation changes the object.
      judge: () => {
        const again = judgeReview(body, webhook);
        if (!("undecodable" in again)) judged = again;
        return judged.awaits;
      },
      answer: () => {
        this.#letGo = undefined;
        metrics.held(judged.outcome).value += 1;
        this.#observe(judged);
        this.#answer(judged);
      },
    };
    const left = this.#arrived + this.#timeout - marginOf(this.#timeout) - performance.now();
    this.#letGo = held.hold(review, left);
    return this.#letGo !== undefined;
  }

  #observe(judged: JudgedReview): void {
    observeReview(judged, this.#served.webhook, this.#served.observers);
  }

  #answer({ answer }: JudgedReview): void {
    this.#response.writeHead(200, {
      "content-type": "application/json",
      "content-length": Buffer.byteLength(answer),
    });
    this.#response.end(answer);
    this.#settle(200);
  }

  #putOff(reason: Overload): void {
    this.#served.metrics.putOff(reason).value += 1;
    this.refuse({ code: 503, message: OVERLOADED[reason] });
  }

  #settle(code: number): void {
    const { metrics } = this.#served;
    metrics.answered(code).value += 1;
    metrics.latency.observe((performance.now() - this.#arrived) / 1000);
  }

  /** The answer is sent, or the client is gone. */
  #leave(): void {
    const { load, metrics } = this.#served;
    load.leave(this.#bytes);
    metrics.inFlight.value -= 1;
    if (!this.#letGo) return;
    this.#letGo();
    metrics.held("gone").value += 1;
  }
}

function nothing(): void {
  // There is nobody to answer, or not yet.
}

const OVERLOADED: Readonly<Record<Overload, string>> = {
  requests: "more reviews are under way than can be judged in time",
  bytes: "the reviews under way take all the memory that there is for them",
  deadline: "the time that the API server allows was over before the review could be judged",
};
