import type { CertificateMetrics } from "#observability/certificate-metrics.ts";
import type { Logger } from "#observability/logger.ts";
import { DirectoryWatch } from "#source/directory-watch.ts";
import { type KeyPair, readKeyPair } from "./key-pair.ts";

export interface CertificateWatcherOptions {
  /** Holds `tls.crt` and `tls.key`. */
  readonly directory: string;
  readonly metrics: CertificateMetrics;
  readonly logger: Logger;
  /** Called with each new pair, never with a broken one. */
  readonly onChange: (pair: KeyPair) => void;
  readonly pollMilliseconds?: number;
}

/** Reads a certificate from a directory, and again whenever it is replaced. */
export class CertificateWatcher implements Disposable {
  readonly #options: CertificateWatcherOptions;
  #current: KeyPair | undefined;
  #watch: DirectoryWatch | undefined;

  constructor(options: CertificateWatcherOptions) {
    this.#options = options;
  }

  /** Reads the pair to start with; throws CertificateError where there is none. */
  async load(): Promise<KeyPair> {
    const { directory, metrics } = this.#options;
    metrics.reads.inc();
    this.#current = await readKeyPair(directory);
    return this.#current;
  }

  /** Follows changes until disposed of. */
  start(): void {
    const { directory, logger, pollMilliseconds } = this.#options;
    this.#watch = new DirectoryWatch({
      directory,
      onChange: () => this.#read(),
      onTrouble: (reason) => logger.warn({ directory, reason }, "no events of certificate files; polling"),
      ...(pollMilliseconds === undefined ? {} : { pollMilliseconds }),
    });
  }

  [Symbol.dispose](): void {
    this.#watch?.[Symbol.dispose]();
  }

  async #read(): Promise<void> {
    const { directory, metrics, logger, onChange } = this.#options;
    metrics.reads.inc();
    try {
      const pair = await readKeyPair(directory);
      const isNew = pair.certificate !== this.#current?.certificate || pair.privateKey !== this.#current.privateKey;
      if (!isNew) return;
      onChange(pair);
      this.#current = pair;
      logger.info({ directory }, "certificate reloaded");
    } catch (error) {
      metrics.errors.inc();
      const reason = error instanceof Error ? error.message : String(error);
      logger.warn({ directory, reason }, "certificate not reloaded; the one before stays in use");
    }
  }
}
