import { X509Certificate } from "node:crypto";
import type { CertificateMetrics } from "#observability/certificate-metrics.ts";
import type { Logger } from "#observability/logger.ts";
import { type CertificateLife, type CertificateStanding, isInForce, lifeOf, standingOf } from "./certificate-life.ts";
import { CertificateError, type TlsMaterial } from "./key-pair.ts";

export interface CurrentCertificateOptions {
  /** Where certificates come from, such as `{ directory: PATH }`: for messages and logs. */
  readonly origin: Readonly<Record<string, string>>;
  /** The name by which clients call, where it is known. */
  readonly dnsName?: string | undefined;
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
        this.#checkUse(material);
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

  /** No client accepts a certificate that is not in force or is for another name, so one that it may accept stays. */
  #checkUse({ certificate }: TlsMaterial): void {
    const now = Date.now();
    if (!this.#current || !isInForce(this.#current.life, now)) return;
    const standing = standingOf(lifeOf(certificate), now);
    const { dnsName, origin } = this.#options;
    const file = `tls.crt in ${Object.values(origin).join(" ")}`;
    if (standing === "expired" || standing === "not yet valid")
      throw new CertificateError(`${file} is ${standing}, and the one in use is in force`);
    if (dnsName !== undefined && isFor(this.#current.certificate, dnsName) && !isFor(certificate, dnsName))
      throw new CertificateError(`${file} must be for ${dnsName}, as the one in use is`);
  }

  #use(material: TlsMaterial): void {
    this.#current = { ...material, life: lifeOf(material.certificate) };
    this.#options.metrics.validUntil = this.#current.life.until;
    this.tellStanding();
  }
}

function isFor(certificate: string, name: string): boolean {
  return new X509Certificate(certificate).checkHost(name, { subject: "never", partialWildcards: false }) !== undefined;
}

function isSame(one: TlsMaterial, other: TlsMaterial | undefined): boolean {
  return (
    one.certificate === other?.certificate &&
    one.privateKey === other.privateKey &&
    one.clientAuthorities === other.clientAuthorities
  );
}
