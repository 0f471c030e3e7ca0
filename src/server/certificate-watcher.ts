import { dirname } from "node:path";
import type { CertificateMetrics } from "#observability/certificate-metrics.ts";
import type { Logger } from "#observability/logger.ts";
import { DirectoryWatch } from "#source/directory-watch.ts";
import { type CertificateLife, type CertificateStanding, isInForce, lifeOf, standingOf } from "./certificate-life.ts";
import { readClientAuthorities } from "./client-authority.ts";
import { CertificateError, readKeyPair, type TlsMaterial } from "./key-pair.ts";

export interface CertificateWatcherOptions {
  /** Holds `tls.crt` and `tls.key`. */
  readonly directory: string;
  /** Holds the certificates of client authorities, if clients must have one. */
  readonly clientAuthorityFile?: string | undefined;
  readonly metrics: CertificateMetrics;
  readonly logger: Logger;
  /** Called with each new material, never with a broken one. */
  readonly onChange: (material: TlsMaterial) => void;
  readonly pollMilliseconds?: number;
}

/** Reads a certificate from a directory, and again whenever it is replaced. */
export class CertificateWatcher implements Disposable {
  readonly #options: CertificateWatcherOptions;
  readonly #watches = new DisposableStack();
  #current: (TlsMaterial & { readonly life: CertificateLife }) | undefined;
  #standing: CertificateStanding = "valid";

  constructor(options: CertificateWatcherOptions) {
    this.#options = options;
  }

  /** Reads the material to start with; throws CertificateError where there is none. */
  async load(): Promise<TlsMaterial> {
    this.#options.metrics.reads.inc();
    return this.#use(await this.#readFiles());
  }

  /** Follows changes until disposed of. */
  start(): void {
    const { directory, clientAuthorityFile, logger, pollMilliseconds } = this.#options;
    const directories = new Set([
      directory,
      ...(clientAuthorityFile === undefined ? [] : [dirname(clientAuthorityFile)]),
    ]);
    for (const watched of directories) {
      this.#watches.use(
        new DirectoryWatch({
          directory: watched,
          onChange: () => this.#readAgain(),
          onTrouble: (reason) => logger.warn({ directory: watched, reason }, "no events of certificate files; polling"),
          ...(pollMilliseconds === undefined ? {} : { pollMilliseconds }),
        }),
      );
    }
  }

  [Symbol.dispose](): void {
    this.#watches.dispose();
  }

  async #readAgain(): Promise<void> {
    const { directory, metrics, logger, onChange } = this.#options;
    metrics.reads.inc();
    try {
      const material = await this.#readFiles();
      if (!isSame(material, this.#current)) {
        this.#checkLife(material);
        onChange(this.#use(material));
        logger.info({ directory }, "certificate reloaded");
      }
    } catch (error) {
      metrics.errors.inc();
      const reason = error instanceof Error ? error.message : String(error);
      logger.warn({ directory, reason }, "certificate not reloaded; the one before stays in use");
    }
    this.#tellStanding();
  }

  async #readFiles(): Promise<TlsMaterial> {
    const { directory, clientAuthorityFile: file } = this.#options;
    const pair = await readKeyPair(directory);
    return file === undefined ? pair : { ...pair, clientAuthorities: await readClientAuthorities(file) };
  }

  /** No client accepts a certificate that is not in force, so one that is stays as long as it is. */
  #checkLife({ certificate }: TlsMaterial): void {
    const now = Date.now();
    const standing = standingOf(lifeOf(certificate), now);
    if (
      (standing === "expired" || standing === "not yet valid") &&
      this.#current &&
      isInForce(this.#current.life, now)
    ) {
      throw new CertificateError(
        `tls.crt in ${this.#options.directory} is ${standing}, and the one in use is in force`,
      );
    }
  }

  #use(material: TlsMaterial): TlsMaterial {
    this.#current = { ...material, life: lifeOf(material.certificate) };
    this.#options.metrics.validUntil = this.#current.life.until;
    this.#tellStanding();
    return material;
  }

  /** Says once when the certificate in use gets into another standing. */
  #tellStanding(): void {
    if (!this.#current) return;
    const { directory, logger } = this.#options;
    const standing = standingOf(this.#current.life, Date.now());
    if (standing === this.#standing) return;
    this.#standing = standing;
    const fields = { directory, standing, validUntil: new Date(this.#current.life.until).toISOString() };
    if (standing === "valid") logger.info(fields, "certificate is valid");
    else if (standing === "expiring") logger.warn(fields, "certificate expires soon and was not renewed");
    else logger.error(fields, "certificate is not in force: the API server refuses it");
  }
}

function isSame(one: TlsMaterial, other: TlsMaterial | undefined): boolean {
  return (
    one.certificate === other?.certificate &&
    one.privateKey === other.privateKey &&
    one.clientAuthorities === other.clientAuthorities
  );
}
