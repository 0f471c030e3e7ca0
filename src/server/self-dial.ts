import { X509Certificate } from "node:crypto";
import { connect } from "node:tls";
import type { ListenOptions } from "./listen.ts";

/** Longer than a handshake takes on a busy processor, and no longer than probes wait. */
const LONGEST_MILLISECONDS = 2000;

/**
 * Whether a TLS port of ours answers with this very certificate, PEM, as a client
 * sees it. Never rejects.
 */
export function answersWith(certificate: string, { host, port }: ListenOptions): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const expected = new X509Certificate(certificate).fingerprint256;
  // Whom we reached is told by the certificate itself; its names are not those of this address.
  const socket = connect({ host: ANY_ADDRESS.get(host) ?? host, port, rejectUnauthorized: false });
  const timer = setTimeout(() => resolve(false), LONGEST_MILLISECONDS);
  socket.once("secureConnect", () => resolve(socket.getPeerX509Certificate()?.fingerprint256 === expected));
  socket.on("error", () => resolve(false)).once("close", () => resolve(false));
  return promise.finally(() => {
    clearTimeout(timer);
    socket.destroy();
  });
}

/** Who listens everywhere listens on loopback. */
const ANY_ADDRESS: ReadonlyMap<string, string> = new Map([
  ["0.0.0.0", "127.0.0.1"],
  ["::", "::1"],
]);
