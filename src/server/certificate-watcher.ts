import { dirname } from "node:path";
import { DirectoryWatch } from "#source/directory-watch.ts";
import { readClientAuthorities } from "./client-authority.ts";
import { CurrentCertificate, type CurrentCertificateOptions } from "./current-certificate.ts";
import { readKeyPair, type TlsMaterial } from "./key-pair.ts";

export interface CertificateWatcherOptions extends Omit<CurrentCertificateOptions, "origin"> {
  /** Holds `tls.crt` and `tls.key`. */
  readonly directory: string;
  /** Holds the certificates of client authorities, if clients must have one. */
  readonly clientAuthorityFile?: string | undefined;
  readonly pollMilliseconds?: number;
}

/** Reads a certificate from a directory, and again whenever it is replaced. */
export class CertificateWatcher implements Disposable {
  readonly #options: CertificateWatcherOptions;
  readonly #current: CurrentCertificate;
  readonly #watches = new DisposableStack();

  constructor(options: CertificateWatcherOptions) {
    this.#options = options;
    this.#current = new CurrentCertificate({ ...options, origin: { directory: options.directory } });
  }

  /** Reads the material to start with; throws CertificateError where there is none. */
  async load(): Promise<TlsMaterial> {
    this.#options.metrics.reads.inc();
    const material = await this.#readFiles();
    this.#current.begin(material);
    return material;
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
          onChange: () => this.#current.renew(() => this.#readFiles()),
          onTrouble: (reason) => logger.warn({ directory: watched, reason }, "no events of certificate files; polling"),
          ...(pollMilliseconds === undefined ? {} : { pollMilliseconds }),
        }),
      );
    }
  }

  [Symbol.dispose](): void {
    this.#watches.dispose();
  }

  async #readFiles(): Promise<TlsMaterial> {
    const { directory, clientAuthorityFile: file } = this.#options;
    const pair = await readKeyPair(directory);
    return file === undefined ? pair : { ...pair, clientAuthorities: await readClientAuthorities(file) };
  }
}
