import { constants } from "node:crypto";
import { createServer, type Server } from "node:https";
import type { SecureContextOptions } from "node:tls";
import type { Readiness, ReadinessClaim } from "#observability/readiness.ts";
import { admissionDispatch, type DispatchOptions } from "./admission-dispatch.ts";
import { isInForce, lifeOf } from "./certificate-life.ts";
import { isNamed } from "./client-authority.ts";
import { type FactChanges, HeldReviews } from "./held-reviews.ts";
import type { TlsMaterial } from "./key-pair.ts";
import { type ListenOptions, listen } from "./listen.ts";
import { answersWith } from "./self-dial.ts";

export interface AdmissionServerOptions extends Omit<DispatchOptions, "isDraining" | "held"> {
  /** To begin with. Without one no handshake succeeds until there is one. */
  readonly certificate: TlsMaterial | undefined;
  /** Whom a client's certificate must be for, where the material asks for one; empty for whoever has one. */
  readonly clientNames?: readonly string[] | undefined;
  readonly readiness: Readiness;
  /** Tells of facts that may lag behind what users did. Without it no review waits for one. */
  readonly changes?: FactChanges | undefined;
  /** Instead of what an API server needs, for tests that cannot wait for it. */
  readonly timeouts?: Partial<AdmissionTimeouts>;
}

/** In milliseconds. */
export interface AdmissionTimeouts {
  /** An idle connection. */
  readonly keepAlive: number;
  /** What is added to that before the connection is closed. */
  readonly keepAliveBuffer: number;
  readonly head: number;
  readonly request: number;
  readonly handshake: number;
  /** How often the others are checked. */
  readonly check: number;
}

const TIMEOUTS: AdmissionTimeouts = {
  keepAlive: 120_000, // Go's client keeps an idle connection for 90 s and does not repeat a POST on one that we closed meanwhile
  keepAliveBuffer: 1000, // Node's default
  head: 20_000, // a head is a kilobyte; whoever takes longer is not an API server
  request: 30_000, // the longest that a webhook call may last
  handshake: 10_000, // the API server's own limit
  check: 5000, // Node's default of 30 s would double the limits
};

/** Requests that are still unanswered this long after draining began are given up: what is left of the 30 s until SIGKILL. */
const LAST_REQUESTS_MILLISECONDS = 15_000;

/** The HTTPS server that kube-apiserver calls. Drained or disposed of by whoever made it. */
export class AdmissionServer implements AsyncDisposable {
  readonly #server: Server;
  readonly #claim: ReadinessClaim;
  readonly #held: HeldReviews | undefined;
  #certificate: string | undefined;
  #address: ListenOptions | undefined;
  #answering: Promise<boolean> | undefined;
  #isDraining = false;

  constructor({ certificate, clientNames = [], readiness, changes, timeouts, ...dispatch }: AdmissionServerOptions) {
    this.#certificate = certificate?.certificate;
    this.#claim = readiness.claim("admission-server", () => this.#answers());
    this.#held = changes && new HeldReviews(changes);
    const limits = { ...TIMEOUTS, ...timeouts };
    this.#server = createServer(
      {
        ...contextOf(certificate),
        ...(certificate?.clientAuthorities === undefined ? {} : CLIENT_CERTIFICATES),
        ALPNProtocols: ["http/1.1"], // all that an API server speaks to webhooks
        handshakeTimeout: limits.handshake,
        keepAliveTimeout: limits.keepAlive,
        keepAliveTimeoutBuffer: limits.keepAliveBuffer,
        headersTimeout: limits.head,
        requestTimeout: limits.request,
        connectionsCheckingInterval: limits.check,
      },
      admissionDispatch({ ...dispatch, held: this.#held, isDraining: () => this.#isDraining }),
    );
    if (clientNames.length > 0) {
      this.#server.prependListener("secureConnection", (socket) => {
        if (!isNamed(socket, clientNames)) socket.destroy();
      });
    }
  }

  /** Whether clients may accept the certificate that is presented now. */
  get hasCertificateInForce(): boolean {
    return this.#certificate !== undefined && isInForce(lifeOf(this.#certificate), Date.now());
  }

  /** The certificate that is presented now, with its chain, PEM. */
  get certificate(): string | undefined {
    return this.#certificate;
  }

  /** Starts serving and answers the port. */
  async listen(options: ListenOptions): Promise<number> {
    const port = await listen(this.#server, options);
    this.#address = { ...options, port };
    this.#claim.handBack();
    return port;
  }

  /** Presents another certificate from the next handshake on; open connections stay. */
  useCertificate(certificate: TlsMaterial): void {
    this.#server.setSecureContext(contextOf(certificate));
    this.#certificate = certificate.certificate;
  }

  /** Ends connections with their next answer, so that clients move on while requests are still served. */
  beginDraining(): void {
    this.#claim.takeBack();
    this.#isDraining = true;
  }

  /** Takes no more connections and answers what is under way. */
  async close(): Promise<void> {
    this.beginDraining();
    using _held = this.#held;
    if (!this.#server.listening) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    const giveUp = setTimeout(() => this.#server.closeAllConnections(), LAST_REQUESTS_MILLISECONDS);
    await promise;
    clearTimeout(giveUp);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** As a client would find out; several who ask at once share the answer. */
  #answers(): Promise<boolean> | boolean {
    if (!this.#address || this.#certificate === undefined) return false;
    this.#answering ??= answersWith(this.#certificate, this.#address).finally(() => {
      this.#answering = undefined;
    });
    return this.#answering;
  }
}

const CLIENT_CERTIFICATES = { requestCert: true, rejectUnauthorized: true } as const;

/**
 * All that a handshake goes by, since a context that replaces another keeps
 * nothing of it. Without renegotiation, which no API server asks for and which
 * costs us more than the client; and, where clients have certificates, without
 * tickets: a session that is resumed would be one with a client whose certificate
 * was looked at under an earlier authority.
 */
function contextOf(material: TlsMaterial | undefined): SecureContextOptions {
  const { SSL_OP_NO_RENEGOTIATION, SSL_OP_NO_TICKET } = constants;
  const { clientAuthorities } = material ?? {};
  return {
    ...(material && { cert: material.certificate, key: material.privateKey }),
    minVersion: "TLSv1.2",
    ...(clientAuthorities === undefined
      ? { secureOptions: SSL_OP_NO_RENEGOTIATION }
      : { secureOptions: SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET, ca: clientAuthorities }),
  };
}
