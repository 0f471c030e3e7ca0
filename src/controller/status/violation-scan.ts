import type { KubernetesObject } from "#api/object-meta.ts";
import type { Clock } from "#kube/clock.ts";
import { TimeSlice } from "#kube/time-slice.ts";
import type { Logger } from "#observability/logger.ts";
import type { FactIndex } from "#policy/fact-index.ts";
import { STORED_KINDS, type StoredKind } from "#policy/stored-objects.ts";
import { policyFindings } from "./policy-findings.ts";
import { ViolationLedger } from "./violation-ledger.ts";

export interface ViolationScanOptions {
  readonly facts: FactIndex;
  /** Whole, as it is stored; by `namespace/name`. */
  readonly object: (kind: StoredKind, key: string) => KubernetesObject | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
  /** What policies have against this object was found out anew. */
  readonly onJudged: (kind: StoredKind, key: string) => void;
  /** What was found of a policy is something else than before. */
  readonly onFound: (policy: string) => void;
}

/**
 * Keeps account of what policies have against all stored objects: whatever was marked
 * is judged anew, each object once however often it was marked, in slices between
 * which reviews have their turn.
 */
export class ViolationScan {
  readonly ledger = new ViolationLedger();
  readonly #options: ViolationScanOptions;
  /** By kind and `namespace/name`, in the order in which they were marked. */
  readonly #marked = new Map<string, readonly [StoredKind, string]>();
  readonly #namespaces = new Set<string>();
  #wake: (() => void) | undefined;
  #idle: PromiseWithResolvers<void> | undefined;

  constructor(options: ViolationScanOptions) {
    this.#options = options;
  }

  mark(kind: StoredKind, namespace: string, name: string): void {
    const key = `${namespace}/${name}`;
    this.#marked.set(`${kind} ${key}`, [kind, key]);
    this.#begin();
  }

  /** All that is stored in them. */
  markNamespaces(namespaces: Iterable<string>): void {
    for (const namespace of namespaces) this.#namespaces.add(namespace);
    if (this.#namespaces.size > 0) this.#begin();
  }

  /** Resolves when nothing is marked any more; or after a time, since to wait while much changes would be never. */
  async caughtUp(signal: AbortSignal): Promise<void> {
    if (!this.#idle) return;
    const end = Promise.withResolvers<void>();
    using _timer = this.#options.clock.after(LONGEST_WAIT_MILLISECONDS, end.resolve);
    signal.addEventListener("abort", () => end.resolve(), { once: true });
    await Promise.race([this.#idle.promise, end.promise]);
  }

  /** Until the signal aborts. Once. */
  async run(signal: AbortSignal): Promise<void> {
    const stop = () => this.#wake?.();
    signal.addEventListener("abort", stop, { once: true });
    const slice = new TimeSlice(this.#options.clock);
    while (!signal.aborted) {
      if (!this.#step()) await this.#pause();
      else if (slice.isOver) await slice.rest();
    }
    this.#idle?.resolve();
  }

  /** False where there is nothing to do. */
  #step(): boolean {
    const [next] = this.#marked;
    if (next) {
      const [id, [kind, key]] = next;
      this.#marked.delete(id);
      this.#judge(id, kind, key);
      return true;
    }
    const [namespace] = this.#namespaces;
    if (namespace === undefined) return false;
    this.#namespaces.delete(namespace);
    const objects = this.#options.facts.objectsIn(namespace);
    for (const kind of STORED_KINDS) for (const name of objects.names(kind)) this.mark(kind, namespace, name);
    return true;
  }

  #judge(id: string, kind: StoredKind, key: string): void {
    const { facts, object, clock, logger, onJudged, onFound } = this.#options;
    try {
      const stored = object(kind, key);
      const findings = stored ? policyFindings({ ...stored, kind }, facts, clock.date().getTime()) : [];
      for (const policy of this.ledger.record(id, findings)) onFound(policy);
      onJudged(kind, key);
    } catch (error) {
      logger.error({ err: error, kind, key }, "a stored object could not be judged");
    }
  }

  #begin(): void {
    this.#idle ??= Promise.withResolvers<void>();
    this.#wake?.();
  }

  async #pause(): Promise<void> {
    this.#idle?.resolve();
    this.#idle = undefined;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    await promise;
    this.#wake = undefined;
  }
}

/** Below the deadline of a reconcile; ten thousand objects take a few seconds. */
const LONGEST_WAIT_MILLISECONDS = 30_000;
