import { type FSWatcher, watch } from "node:fs";
import type { CertificateMetrics } from "#observability/certificate-metrics.ts";
import type { Logger } from "#observability/logger.ts";
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

/** For file systems that give no events. */
const POLL_MILLISECONDS = 10_000;

/** Reads a certificate from a directory, and again whenever it is replaced. */
export class CertificateWatcher implements Disposable {
  readonly #options: CertificateWatcherOptions;
  #current: KeyPair | undefined;
  #watcher: FSWatcher | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isReading = false;
  #isStale = false;

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
    const { directory, logger, pollMilliseconds = POLL_MILLISECONDS } = this.#options;
    this.#timer = setInterval(() => this.#readSoon(), pollMilliseconds).unref();
    try {
      this.#watcher = watch(directory, { persistent: false }, () => this.#readSoon());
      this.#watcher.on("error", (error) => logger.warn({ reason: error.message }, "certificate watch ended; polling"));
    } catch (error) {
      logger.warn({ reason: error instanceof Error ? error.message : error }, "certificate watch failed; polling");
    }
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.#watcher?.close();
  }

  /** One read at a time; what changes during a read is read after it. */
  #readSoon(): void {
    this.#isStale = true;
    if (!this.#isReading) void this.#readWhileStale();
  }

  async #readWhileStale(): Promise<void> {
    this.#isReading = true;
    while (this.#isStale) {
      this.#isStale = false;
      await this.#read();
    }
    this.#isReading = false;
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
