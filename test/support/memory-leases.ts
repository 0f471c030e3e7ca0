import type { ObjectName, RequestOptions, WatchEvent, WatchOptions } from "#kube/client.ts";
import { KubernetesError } from "#kube/kubernetes-error.ts";
import type { Lease, LeaseSpec } from "#kube/lease.ts";
import type { LeaseClient } from "#kube/lease-lock.ts";
import type { Resource, ResourceType, Selection } from "#kube/resource.ts";

export type LeaseVerb = "get" | "create" | "update" | "watch";

/** What happens to one request instead: see the methods of MemoryLeases. */
export type LeaseFault = "fails" | "hangs" | "is done and hangs" | "conflicts";

/** One Lease in memory, with the optimistic concurrency of the API server, faults on demand and a record of requests. */
export class MemoryLeases {
  lease: Lease | undefined;
  /** Every request so far, in order. */
  readonly requests: LeaseVerb[] = [];
  /** The states that were stored, in order. */
  readonly history: LeaseSpec[] = [];
  readonly #faults: { readonly verb: LeaseVerb; readonly fault: LeaseFault }[] = [];
  readonly #watchers = new Set<(event: WatchEvent<Lease>) => void>();
  #version = 0;

  /** The next request of that kind goes wrong so; several wait in line. */
  next(verb: LeaseVerb, fault: LeaseFault, times = 1): void {
    for (let count = 0; count < times; count += 1) this.#faults.push({ verb, fault });
  }

  /** As somebody else's client would, whatever the resource version. */
  write(spec: LeaseSpec, metadata: Partial<Lease["metadata"]> = {}): void {
    const { name = "election", namespace = "system" } = this.lease?.metadata ?? {};
    this.#store({ metadata: { name, namespace, ...this.lease?.metadata, ...metadata }, spec });
  }

  delete(): void {
    const { lease } = this;
    this.lease = undefined;
    if (lease) this.#tell({ type: "DELETED", object: lease });
  }

  /** Whatever is stored now, or undefined when that read was to fail. */
  read(): Lease {
    if (!this.lease) throw failure(404, "NotFound");
    return this.lease;
  }

  create(lease: Lease): Lease {
    if (this.lease) throw failure(409, "AlreadyExists");
    return this.#store(lease);
  }

  update(lease: Lease): Lease {
    if (!this.lease) throw failure(404, "NotFound");
    if (lease.metadata.resourceVersion !== this.lease.metadata.resourceVersion) throw failure(409, "Conflict");
    return this.#store(lease);
  }

  /** Calls until the returned function is called; begins with what is there. */
  watch(told: (event: WatchEvent<Lease>) => void): () => void {
    if (this.lease) told({ type: "ADDED", object: this.lease });
    this.#watchers.add(told);
    return () => void this.#watchers.delete(told);
  }

  get client(): LeaseClient {
    const answer = <R>(verb: LeaseVerb, options: RequestOptions | undefined, run: () => Lease): Promise<R> =>
      this.#answer(verb, options?.signal, run) as Promise<unknown> as Promise<R>;
    return {
      get: <R extends Resource>(_type: ResourceType, _name: ObjectName, options?: RequestOptions) =>
        answer<R>("get", options, () => this.read()),
      create: <R extends Resource>(_type: ResourceType, lease: R, options?: RequestOptions) =>
        answer<R>("create", options, () => this.create(lease)),
      update: <R extends Resource>(_type: ResourceType, lease: R, options?: RequestOptions) =>
        answer<R>("update", options, () => this.update(lease)),
      watch: <R extends Resource>(_type: ResourceType, _selection: Selection, options?: WatchOptions) => {
        this.requests.push("watch");
        if (this.#fault("watch")) throw failure(403, "Forbidden");
        return streamOf((told) => this.watch(told), options?.signal) as AsyncIterable<unknown> as AsyncIterable<
          WatchEvent<R>
        >;
      },
    };
  }

  async #answer(verb: LeaseVerb, signal: AbortSignal | undefined, run: () => Lease): Promise<Lease> {
    this.requests.push(verb);
    const fault = this.#fault(verb);
    if (fault === "fails") throw failure(0, "ConnectionFault");
    if (fault === "conflicts") throw failure(409, "Conflict");
    if (fault === "is done and hangs") run();
    if (fault) return untilAborted(signal);
    return run();
  }

  #fault(verb: LeaseVerb): LeaseFault | undefined {
    const index = this.#faults.findIndex((fault) => fault.verb === verb);
    return index === -1 ? undefined : this.#faults.splice(index, 1)[0]?.fault;
  }

  #store(lease: Lease): Lease {
    const type = this.lease ? "MODIFIED" : "ADDED";
    this.#version += 1;
    this.lease = { ...lease, metadata: { ...lease.metadata, resourceVersion: String(this.#version) } };
    this.history.push(lease.spec ?? {});
    this.#tell({ type, object: this.lease });
    return this.lease;
  }

  #tell(event: WatchEvent<Lease>): void {
    for (const told of this.#watchers) told(event);
  }
}

/** What is told, as a stream that ends with the signal. */
export async function* streamOf(
  watch: (told: (event: WatchEvent<Lease>) => void) => () => void,
  signal: AbortSignal | undefined,
): AsyncGenerator<WatchEvent<Lease>, void> {
  const events: WatchEvent<Lease>[] = [];
  let news = Promise.withResolvers<void>();
  const stop = watch((event) => {
    events.push(event);
    news.resolve();
  });
  signal?.addEventListener("abort", () => news.resolve(), { once: true });
  try {
    for (;;) {
      await news.promise;
      if (signal?.aborted === true) return;
      news = Promise.withResolvers();
      yield* events.splice(0);
    }
  } finally {
    stop();
  }
}

export function failure(code: number, reason: string): KubernetesError {
  return new KubernetesError(`the lease: ${reason}`, { code, reason });
}

function untilAborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal?.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
  });
}
