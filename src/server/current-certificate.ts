import type { CertificateMetrics } from "#observability/certificate-metrics.ts";
import type { Logger } from "#observability/logger.ts";
import { type CertificateLife, type CertificateStanding, isInForce, lifeOf, standingOf } from "./certificate-life.ts";
import { CertificateError, type TlsMaterial } from "./key-pair.ts";

export interface CurrentCertificateOptions {
  /** Where certificates come from, such as `{ directory: PATH }`: for messages and logs. */
  readonly origin: Readonly<Record<string, string>>;
  readonly metrics: CertificateMetrics;
  readonly logger: Logger;
  /** Called with each new material but the first, never with a broken one. */
  readonly onChange: (material: TlsMaterial) => void;
}

/** The certificate in use, and what is said of it. */
export class CurrentCertificate {
  readonly #options: CurrentCertificateOptions;
  #current: (TlsMaterial & { readonly life: CertificateLife }) | undefined;
  #standing: CertificateStanding = "valid";

  constructor(options: CurrentCertificateOptions) {
    this.#options = options;
  }

  /** The first, whatever its life is like: there is no other. */
  begin(material: TlsMaterial): void {
    this.#use(material);
  }

  /** Reads and takes another into use. Where that fails, the one before stays, which is counted and logged. */
  async renew(read: () => Promise<TlsMaterial> | TlsMaterial): Promise<void> {
    const { origin, metrics, logger, onChange } = this.#options;
    metrics.reads.inc();
    try {
      const material = await read();
      if (!isSame(material, this.#current)) {
        this.#checkLife(material);
        this.#use(material);
        onChange(material);
        logger.info(origin, "certificate reloaded");
      }
    } catch (error) {
      metrics.errors.inc();
      const reason = error instanceof Error ? error.message : String(error);
      const outcome = this.#current ? "the one before stays in use" : "there is none yet";
      logger.warn({ ...origin, reason }, `certificate not reloaded; ${outcome}`);
    }
    this.tellStanding();
  }

  /** Says once when the certificate in use gets into another standing. */
  tellStanding(): void {
    if (!this.#current) return;
    const { origin, logger } = this.#options;
    const standing = standingOf(this.#current.life, Date.now());
    if (standing === this.#standing) return;
    this.#standing = standing;
    const fields = { ...origin, standing, validUntil: new Date(this.#current.life.until).toISOString() };
    if (standing === "valid") logger.info(fields, "certificate is valid");
    else if (standing === "expiring") logger.warn(fields, "certificate expires soon and was not renewed");
    else logger.error(fields, "certificate is not in force: the API server refuses it");
  }

  /** No client accepts a certificate that is not in force, so one that is stays as long as it is. */
  #checkLife({ certificate }: TlsMaterial): void {
    const now = Date.now();
    const standing = standingOf(lifeOf(certificate), now);
    const isUseless = standing === "expired" || standing === "not yet valid";
    const origin = Object.values(this.#options.origin).join(" ");
    if (isUseless && this.#current && isInForce(this.#current.life, now)) {
      throw new CertificateError(`tls.crt in ${origin} is ${standing}, and the one in use is in force`);
    }
  }

  #use(material: TlsMaterial): void {
    this.#current = { ...material, life: lifeOf(material.certificate) };
    this.#options.metrics.validUntil = this.#current.life.until;
    this.tellStanding();
  }
}

function isSame(one: TlsMaterial, other: TlsMaterial | undefined): boolean {
  return (
    one.certificate === other?.certificate &&
    one.privateKey === other.privateKey &&
    one.clientAuthorities === other.clientAuthorities
  );
}
