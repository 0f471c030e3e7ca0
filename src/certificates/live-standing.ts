import { Gauge, type Registry } from "prom-client";
import type { InformerFactory } from "#kube/informer-factory.ts";
import type { SharedInformer } from "#kube/shared-informer.ts";
import { WEBHOOK_CONFIGURATIONS } from "./installation.ts";
import { certificatesIn } from "./pem.ts";
import { type Configurations, nextChange, refusingWebhooks, type Standing, standingOf } from "./standing.ts";
import type { WebhookConfiguration } from "./webhook-configuration.ts";

export interface LiveStandingOptions {
  readonly informers: Pick<InformerFactory, "informer">;
  /** Of our two webhook configurations. */
  readonly name: string;
  /** What this process serves with, PEM. */
  readonly certificate: () => string | undefined;
  readonly registry: Registry;
}

/** How the certificate of this process stands with our webhook configurations as they are now; one watch each. */
export class LiveStanding {
  readonly #options: LiveStandingOptions;
  readonly #informers: ReadonlyMap<string, SharedInformer<WebhookConfiguration>>;
  readonly #followers = new Set<() => void>();

  constructor(options: LiveStandingOptions) {
    const { informers, name, registry } = options;
    this.#options = options;
    const selection = { fieldSelector: `metadata.name=${name}` };
    this.#informers = new Map(
      WEBHOOK_CONFIGURATIONS.map((type) => {
        const informer = informers.informer<WebhookConfiguration>(type, { selection });
        const told = informer.addHandler(() => this.tell(), { name: "certificate-standing" });
        void told.synced.then(() => this.tell()); // also where there is none
        return [type.kind, informer];
      }),
    );
    registry.registerMetric(mismatchGauge((now) => this.#mismatches(now)));
  }

  of(now: number): Standing {
    const isRead = Array.from(this.#informers.values()).every(({ hasSynced }) => hasSynced);
    return isRead ? standingOf(this.#options.certificate(), this.#configurations(), now) : { type: "unknown" };
  }

  /** When it is next another by time alone. */
  nextChange(now: number): number | undefined {
    return nextChange(this.#options.certificate(), now);
  }

  /** Told of whatever may have changed it, until disposed of. */
  follow(onChange: () => void): Disposable {
    this.#followers.add(onChange);
    return { [Symbol.dispose]: () => void this.#followers.delete(onChange) };
  }

  /** The certificate is another. */
  tell(): void {
    for (const onChange of this.#followers) onChange();
  }

  #configurations(): Configurations {
    const { name } = this.#options;
    return new Map(
      Array.from(this.#informers, ([kind, { store }]) => {
        const configuration = store.get(name);
        return configuration ? ([[kind, configuration]] as const) : [];
      }).flat(),
    );
  }

  #mismatches(now: number): ReadonlyMap<string, boolean> {
    const chain = certificatesIn(this.#options.certificate() ?? "");
    if (chain.length === 0) return new Map();
    const all = Array.from(this.#configurations());
    return new Map(all.map(([kind, one]) => [kind, refusingWebhooks(chain, one, now).length > 0]));
  }
}

/** Nothing of a configuration that is not there, or before there is a certificate. */
function mismatchGauge(mismatches: (now: number) => ReadonlyMap<string, boolean>): Gauge<"configuration"> {
  return new Gauge({
    name: "gatehouse_certificate_mismatch",
    help: "Whether a webhook of the configuration has no authority in its caBundle that signed the certificate in use, or is called by a name that this is not for.",
    labelNames: ["configuration"],
    registers: [],
    collect() {
      this.reset();
      for (const [configuration, isMismatch] of mismatches(Date.now())) this.set({ configuration }, isMismatch ? 1 : 0);
    },
  });
}
