import type { Client, ObjectName } from "./client.ts";
import type { Clock } from "./clock.ts";
import { retryOnConflict } from "./conflict.ts";
import { isNotFound } from "./kubernetes-error.ts";
import { type Claim, claimedSpec, firstSpec, LEASES, type Lease, type LeaseSpec, releasedSpec } from "./lease.ts";
import { type LeaseTimes, leaseRequestMilliseconds } from "./lease-times.ts";
import { timeoutError } from "./status.ts";
import { withinTime } from "./time-limit.ts";

export type LeaseClient = Pick<Client, "get" | "create" | "update" | "watch">;

export interface LeaseLockOptions {
  readonly client: LeaseClient;
  readonly name: Required<ObjectName>;
  /** Merged into the Lease's own. */
  readonly labels: Readonly<Record<string, string>>;
  readonly identity: string;
  readonly times: LeaseTimes;
  readonly clock: Clock;
  /** The optimistic renewal failed, and the record has to be read. */
  readonly onSlowPath: () => void;
}

/** How one try to get or keep the lease went. */
export type Attempt =
  | {
      readonly type: "held";
      /** Monotonic time just before the request that did it: whoever saw the new record saw it later. */
      readonly sentAt: number;
    }
  /** Somebody else's, or nobody's and it was ours. */
  | { readonly type: "taken" }
  /** Nobody knows. */
  | { readonly type: "failed"; readonly error: unknown };

/**
 * The record of one election as this candidate has seen it: client-go's
 * tryAcquireOrRenew and LeaseLock. Whether a record is valid is judged by local
 * monotonic time since it last changed, so wall clocks may differ by hours.
 *
 * Otherwise on purpose: our own record counts from before the request was
 * sent. client-go counts from the answer, by which time others may have
 * waited for as long as the answer took.
 */
export class LeaseLock {
  readonly #options: LeaseLockOptions;
  #seen: { readonly lease: Lease; readonly spec: LeaseSpec; readonly at: number } | undefined;

  constructor(options: LeaseLockOptions) {
    this.#options = options;
  }

  /** Who held it when it was last seen; empty for nobody. */
  get holder(): string | undefined {
    return this.#seen && (this.#seen.spec.holderIdentity ?? "");
  }

  /** A follower's try: takes what is absent, released or run out. */
  acquire(signal: AbortSignal): Promise<Attempt> {
    return this.#attempt(() => this.#acquire(signal), signal);
  }

  /** A leader's try: keeps what is still its own, and takes nothing back, since another may have led in between. */
  renew(signal: AbortSignal): Promise<Attempt> {
    return this.#attempt(() => this.#renew(signal), signal);
  }

  /**
   * Gives it back, so that another may lead at once. Only for when all guarded
   * work has ended.
   */
  async release(signal: AbortSignal): Promise<void> {
    const { clock, times, identity } = this.#options;
    const limit = { clock, signal, milliseconds: times.renewMilliseconds, error: () => this.#timeout("releasing") };
    await withinTime(limit, (signal) => {
      // A renewal that was cut short may have landed all the same: a conflict, and the next read tells.
      return retryOnConflict(
        async () => {
          const lease = await this.#read(signal);
          if (lease === undefined || holderOf(lease) !== identity) return;
          const released = await this.#write(lease, releasedSpec(lease.spec ?? {}, clock.date()), signal);
          this.#see(released, clock.now());
        },
        { clock, signal },
      );
    });
  }

  async #attempt(run: () => Promise<Attempt>, signal: AbortSignal): Promise<Attempt> {
    try {
      return await run();
    } catch (error) {
      if (signal.aborted) throw error;
      return { type: "failed", error };
    }
  }

  async #acquire(signal: AbortSignal): Promise<Attempt> {
    if (this.#isOurs() && this.#isValid()) {
      const renewed = await this.#renewUnseen(signal);
      if (renewed) return renewed;
    }
    const lease = await this.#read(signal);
    if (lease === undefined) return this.#create(signal);
    const isFree = this.holder === "" || this.#isOurs() || !this.#isValid();
    return isFree ? this.#claim(lease, signal) : { type: "taken" };
  }

  async #renew(signal: AbortSignal): Promise<Attempt> {
    const renewed = await this.#renewUnseen(signal);
    if (renewed) return renewed;
    const lease = await this.#read(signal);
    return lease && this.#isOurs() ? this.#claim(lease, signal) : { type: "taken" };
  }

  /** The fast path: without a read, on the strength of the resource version that we saw last. */
  async #renewUnseen(signal: AbortSignal): Promise<Attempt | undefined> {
    const seen = this.#seen;
    if (!seen || !this.#isOurs()) return undefined;
    try {
      return await this.#claim(seen.lease, signal);
    } catch (error) {
      if (signal.aborted) throw error;
      this.#options.onSlowPath();
      return undefined;
    }
  }

  async #create(signal: AbortSignal): Promise<Attempt> {
    const { name, labels, clock } = this.#options;
    const lease: Lease = {
      apiVersion: "coordination.k8s.io/v1",
      kind: "Lease",
      metadata: { ...name, labels },
      spec: firstSpec(this.#claimed()),
    };
    const sentAt = clock.now();
    const created = await this.#request("creating", signal, (options) =>
      this.#options.client.create<Lease>(LEASES, lease, options),
    );
    this.#see(created, sentAt);
    return { type: "held", sentAt };
  }

  async #claim(lease: Lease, signal: AbortSignal): Promise<Attempt> {
    const sentAt = this.#options.clock.now();
    const updated = await this.#write(lease, claimedSpec(lease.spec ?? {}, this.#claimed()), signal);
    this.#see(updated, sentAt);
    return { type: "held", sentAt };
  }

  #write(lease: Lease, spec: LeaseSpec, signal: AbortSignal): Promise<Lease> {
    const labels = { ...lease.metadata.labels, ...this.#options.labels };
    const wanted: Lease = { ...lease, metadata: { ...lease.metadata, labels }, spec };
    return this.#request("updating", signal, (options) => this.#options.client.update<Lease>(LEASES, wanted, options));
  }

  async #read(signal: AbortSignal): Promise<Lease | undefined> {
    const { client, name, clock } = this.#options;
    try {
      const lease = await this.#request("reading", signal, (options) => client.get<Lease>(LEASES, name, options));
      this.#see(lease, clock.now());
      return lease;
    } catch (error) {
      if (!isNotFound(error)) throw error;
      this.#seen = undefined;
      return undefined;
    }
  }

  /** Only a record that changed starts the time anew; metadata may change as it likes. */
  #see(lease: Lease, at: number): void {
    const spec = lease.spec ?? {};
    const isNews = this.#seen === undefined || JSON.stringify(spec) !== JSON.stringify(this.#seen.spec);
    this.#seen = { lease, spec, at: isNews || !this.#seen ? at : this.#seen.at };
  }

  #isOurs(): boolean {
    return this.holder === this.#options.identity;
  }

  /** By the duration in the record: its holder may be configured otherwise than we are. */
  #isValid(): boolean {
    if (!this.#seen) return false;
    const { spec, at } = this.#seen;
    return this.#options.clock.now() < at + (spec.leaseDurationSeconds ?? 0) * 1000;
  }

  #claimed(): Claim {
    const { identity, times, clock } = this.#options;
    return { identity, leaseSeconds: times.leaseMilliseconds / 1000, now: clock.date() };
  }

  #request<T>(
    doing: string,
    signal: AbortSignal,
    send: (options: { readonly signal: AbortSignal; readonly timeoutMilliseconds: number }) => Promise<T>,
  ): Promise<T> {
    const { clock, times } = this.#options;
    const milliseconds = leaseRequestMilliseconds(times);
    const limit = { clock, signal, milliseconds, error: () => this.#timeout(doing) };
    return withinTime(limit, (signal) => send({ signal, timeoutMilliseconds: milliseconds }));
  }

  #timeout(doing: string): Error {
    const { name, times } = this.#options;
    return timeoutError(`${doing} lease ${name.namespace}/${name.name}`, leaseRequestMilliseconds(times));
  }
}

function holderOf(lease: Lease): string {
  return lease.spec?.holderIdentity ?? "";
}
