import { DONE, type ReconcileResult } from "#kube/reconcile-result.ts";
import { keyOf } from "#kube/resource.ts";
import type { StoreReader } from "#kube/store.ts";
import { endpointsOf, type Service, selects } from "./endpoints.ts";
import type { Pod } from "./pod.ts";
import { ServicePortListener } from "./service-port-listener.ts";

/** kube-proxy: a connection to a Service's address goes to one of its Pods. For TCP. */
export class ServiceProxy implements AsyncDisposable {
  readonly #services: StoreReader<Service>;
  readonly #pods: StoreReader<Pod>;
  /** Of each Service, by its address and port. */
  readonly #listeners = new Map<string, Map<string, ServicePortListener>>();

  constructor(services: StoreReader<Service>, pods: StoreReader<Pod>) {
    this.#services = services;
    this.#pods = pods;
  }

  /** The Services that lead to a Pod. */
  keysOf(pod: Pod): readonly string[] {
    const services = this.#services.list().filter((service) => selects(service, pod));
    return services.map(keyOf);
  }

  async reconcile(key: string): Promise<ReconcileResult> {
    const wanted = this.#endpoints(key);
    const listeners = this.#listeners.get(key) ?? new Map<string, ServicePortListener>();
    this.#listeners.set(key, listeners);
    for (const [name, listener] of listeners) {
      if (wanted.has(name)) continue;
      await listener[Symbol.asyncDispose]();
      listeners.delete(name);
    }
    for (const [name, { address, port, endpoints }] of wanted) {
      const listener = listeners.get(name) ?? new ServicePortListener(address, port);
      listeners.set(name, listener);
      await listener.forwardTo(endpoints);
    }
    if (listeners.size === 0) this.#listeners.delete(key);
    return DONE;
  }

  /** What a Service listens on, and where that leads; without a cluster address or a selector it is not ours. */
  #endpoints(key: string) {
    const service = this.#services.get(key);
    const { clusterIP: address = "None", selector, ports = [] } = service?.spec ?? {};
    if (!service || address === "None" || address === "" || selector === undefined) return new Map<string, never>();
    const pods = this.#pods.list();
    return new Map(
      ports
        .filter(({ protocol = "TCP" }) => protocol === "TCP")
        .map((port) => [
          `${address}:${port.port}`,
          { address, port: port.port, endpoints: endpointsOf(service, port, pods) },
        ]),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const listeners = Array.from(this.#listeners.values()).flatMap((ports) => [...ports.values()]);
    await Promise.all(listeners.map((listener) => listener[Symbol.asyncDispose]()));
  }
}
