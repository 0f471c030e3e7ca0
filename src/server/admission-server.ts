import { createServer, type Server } from "node:https";
import type { Readiness, ReadinessClaim } from "#observability/readiness.ts";
import { admissionDispatch, type DispatchOptions } from "./admission-dispatch.ts";
import { type FactChanges, HeldReviews } from "./held-reviews.ts";
import type { KeyPair } from "./key-pair.ts";
import { type ListenOptions, listen } from "./listen.ts";

export interface AdmissionServerOptions extends Omit<DispatchOptions, "isDraining" | "held"> {
  readonly certificate: KeyPair;
  readonly readiness: Readiness;
  /** Tells of facts that may lag behind what users did. Without it no review waits for one. */
  readonly changes?: FactChanges | undefined;
}

/** Go's client keeps an idle connection for 90 s and does not repeat a POST on one that we closed meanwhile. */
const KEEP_ALIVE_MILLISECONDS = 120_000;

/** A head is a kilobyte; whoever takes longer is not an API server. */
const HEAD_MILLISECONDS = 20_000;

/** The longest that a webhook call may last. */
const REQUEST_MILLISECONDS = 30_000;

/** The API server's own limit. */
const HANDSHAKE_MILLISECONDS = 10_000;

/** How often the limits above are checked; Node's default of 30 s would double them. */
const CHECK_MILLISECONDS = 5000;

/** Requests that are still unanswered this long after draining began are given up: what is left of the 30 s until SIGKILL. */
const LAST_REQUESTS_MILLISECONDS = 15_000;

/** The HTTPS server that kube-apiserver calls. Drained or disposed of by whoever made it. */
export class AdmissionServer implements AsyncDisposable {
  readonly #server: Server;
  readonly #claim: ReadinessClaim;
  readonly #held: HeldReviews | undefined;
  #isDraining = false;

  constructor({ certificate, readiness, changes, ...dispatch }: AdmissionServerOptions) {
    this.#held = changes && new HeldReviews(changes);
    this.#claim = readiness.claim("admission-server");
    this.#server = createServer(
      {
        ...contextOf(certificate),
        ALPNProtocols: ["http/1.1"], // all that an API server speaks to webhooks
        minVersion: "TLSv1.2",
        handshakeTimeout: HANDSHAKE_MILLISECONDS,
        keepAliveTimeout: KEEP_ALIVE_MILLISECONDS,
        headersTimeout: HEAD_MILLISECONDS,
        requestTimeout: REQUEST_MILLISECONDS,
        connectionsCheckingInterval: CHECK_MILLISECONDS,
      },
      admissionDispatch({ ...dispatch, held: this.#held, isDraining: () => this.#isDraining }),
    );
  }

  /** Starts serving and answers the port. */
  async listen(options: ListenOptions): Promise<number> {
    const port = await listen(this.#server, options);
    this.#claim.handBack();
    return port;
  }

  /** Presents another certificate from the next handshake on; open connections stay. */
  useCertificate(certificate: KeyPair): void {
    this.#server.setSecureContext(contextOf(certificate));
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
}

function contextOf({ certificate, privateKey }: KeyPair): { cert: string; key: string } {
  return { cert: certificate, key: privateKey };
}
