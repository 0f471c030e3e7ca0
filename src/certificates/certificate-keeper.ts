import { Backoff } from "#kube/backoff.ts";
import type { Client } from "#kube/client.ts";
import { type Clock, sleep } from "#kube/clock.ts";
import { isAlreadyExists, isConflict } from "#kube/kubernetes-error.ts";
import type { Logger } from "#observability/logger.ts";
import type { RenewalMetrics } from "#observability/renewal-metrics.ts";
import { gather, publishedBy, textOf } from "./gather.ts";
import type { InstallationObjects } from "./installation.ts";
import { nextStep, type Step } from "./next-step.ts";
import { type IssuingRules, performStep } from "./perform-step.ts";
import { PublicationAge } from "./publication-age.ts";
import { KEYS } from "./stored-certificates.ts";

export interface KeeperOptions {
  /** Writes only while we lead. */
  readonly client: Client;
  readonly objects: InstallationObjects;
  readonly rules: IssuingRules;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: RenewalMetrics;
}

/** Keeps authority, certificate and webhook configurations of an installation as they are to be, for one term as the leader. */
export class CertificateKeeper {
  readonly #options: KeeperOptions;
  readonly #repairs: Backoff;
  readonly #age = new PublicationAge();
  #wake: (() => void) | undefined;
  #isWoken = false;

  constructor(options: KeeperOptions) {
    this.#options = options;
    this.#repairs = new Backoff({ ...REPAIR_PAUSES, clock: options.clock });
  }

  /** Something has changed: look at once. */
  wake(): void {
    this.#isWoken = true;
    this.#wake?.();
  }

  /** Until the signal aborts. What fails is tried again. */
  async run(signal: AbortSignal): Promise<void> {
    const failures = new Backoff({ ...FAILURE_PAUSES, clock: this.#options.clock });
    while (!signal.aborted) {
      this.#isWoken = false;
      const milliseconds = await this.#turn(signal).catch((error: unknown) => {
        if (!signal.aborted) this.#tellFailure(error);
        return failures.next();
      });
      await this.#rest(milliseconds, signal);
    }
  }

  /** One step; answers after how long to look again. */
  async #turn(signal: AbortSignal): Promise<number> {
    const { client, objects, rules, clock, logger } = this.#options;
    const gathered = await gather(client, objects, signal);
    const published = publishedBy(gathered);
    const now = clock.date().getTime();
    const secret = gathered.secret && textOf(gathered.secret);
    const seenForMilliseconds = this.#age.of(published, secret?.[KEYS.leaf], clock.now());
    const step = nextStep({ secret, published, seenForMilliseconds, now }, rules);
    if (step.do === "wait") return Math.max(0, step.until - now);
    if (step.do === "publish") await sleep(clock, this.#repairs.next(), signal);
    await performStep(step, gathered, { client, objects, rules, now, signal });
    logger.info(fieldsOf(step), MESSAGES[step.do]);
    this.#count(step);
    return 0;
  }

  #count({ do: done }: Step): void {
    const { metrics } = this.#options;
    if (done === "replace-authority") metrics.renewed("authority");
    if (done === "replace-leaf") metrics.renewed("leaf");
    if (done === "publish") metrics.published();
  }

  #tellFailure(error: unknown): void {
    const { logger, metrics } = this.#options;
    if (isConflict(error) || isAlreadyExists(error)) {
      logger.debug({ err: error }, "somebody else has written; looking again");
      return;
    }
    metrics.failed();
    logger.error({ err: error }, "certificates cannot be looked after; trying again");
  }

  /** Never longer than a minute, since nobody says when the wall clock is set. */
  async #rest(milliseconds: number, signal: AbortSignal): Promise<void> {
    if (this.#isWoken || milliseconds <= 0 || signal.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const rested = () => resolve();
    this.#wake = rested;
    signal.addEventListener("abort", rested, { once: true });
    using _timer = this.#options.clock.after(Math.min(milliseconds, LONGEST_REST_MILLISECONDS), rested);
    await promise;
    signal.removeEventListener("abort", rested);
    this.#wake = undefined;
  }
}

const LONGEST_REST_MILLISECONDS = 60_000;

const FAILURE_PAUSES = { firstMilliseconds: 500, longestMilliseconds: 30_000, resetMilliseconds: 120_000 };

/** At once, for somebody who edits; a program that disputes with us gets about one repair a second. */
const REPAIR_PAUSES = { firstMilliseconds: 50, longestMilliseconds: 4000, resetMilliseconds: 2000 };

const MESSAGES = {
  "replace-authority": "new authority; what it signs is served once it is published",
  "replace-leaf": "new certificate of the admission server",
  "drop-authorities": "former authorities are not trusted any more",
  publish: "authorities written into the webhook configurations",
} as const;

function fieldsOf(step: Step): { readonly why?: string } {
  return "why" in step ? { why: step.why } : {};
}
