import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import type { ClusterConnection, Identity } from "./cluster-connection.ts";

/**
 * The keep-alive agent of a cluster. HTTP/1.1 and not HTTP/2, although a request
 * costs less there (37 against 100 µs of CPU, ten at a time over TLS on loopback;
 * the same one by one): ours are few, since caches answer reads, and every watch
 * has a connection of its own, so that a lost or half-open one is one watch's,
 * found by its own silence and left alone by a slow neighbour. client-go, on one
 * connection, needs pings against streams that hang together. The price is as
 * many connections as there are watches and requests in flight: a handful.
 *
 * New certificates or authorities make a new agent: what runs goes on over the
 * old connections, which close when they fall idle.
 */
export class Agents implements Disposable {
  readonly #connection: ClusterConnection;
  readonly #all = new Set<HttpAgent>();
  #current: { readonly identity: Identity; readonly agent: HttpAgent } | undefined;

  constructor(connection: ClusterConnection) {
    this.#connection = connection;
  }

  for(identity: Identity): HttpAgent {
    if (this.#current && hasSameKeys(this.#current.identity, identity)) return this.#current.agent;
    const agent = this.#create(identity);
    this.#retire();
    this.#current = { identity, agent };
    this.#all.add(agent);
    return agent;
  }

  /** Breaks every connection, also those in use. */
  [Symbol.dispose](): void {
    for (const agent of this.#all) agent.destroy();
    this.#all.clear();
    this.#current = undefined;
  }

  #create({ certificateAuthority, certificate, privateKey }: Identity): HttpAgent {
    const { server, serverName, isUnverified, proxy } = this.#connection;
    const common = { keepAlive: true, keepAliveMsecs: PROBE_MILLISECONDS, timeout: IDLE_MILLISECONDS };
    if (!server.startsWith("https:")) {
      return new HttpAgent({ ...common, ...(proxy !== undefined && { proxyEnv: { HTTP_PROXY: proxy } }) });
    }
    return new HttpsAgent({
      ...common,
      maxCachedSessions: 0, // a resumed session is not checked again; as client-go, every connection is
      ...(proxy !== undefined && { proxyEnv: { HTTPS_PROXY: proxy } }),
      ...(certificateAuthority !== undefined && { ca: certificateAuthority }),
      ...(certificate !== undefined && { cert: certificate }),
      ...(privateKey !== undefined && { key: privateKey }),
      ...(serverName !== undefined && { servername: serverName }),
      ...(isUnverified === true && { rejectUnauthorized: false }),
    });
  }

  /** Closes what is idle now; a connection in use is closed by the agent's time-out once it has fallen idle. */
  #retire(): void {
    for (const sockets of Object.values(this.#current?.agent.freeSockets ?? {})) {
      for (const socket of sockets ?? []) socket.destroy();
    }
    for (const agent of this.#all) {
      if (Object.keys(agent.sockets).length === 0) this.#all.delete(agent);
    }
  }
}

/** Well below the 90 s after which the API server closes idle connections, lest a request meets the closing. */
const IDLE_MILLISECONDS = 60_000;

/** TCP probes from here on find a dead peer whose kernel is gone; a silent process is found by the reader. */
const PROBE_MILLISECONDS = 30_000;

function hasSameKeys(one: Identity, other: Identity): boolean {
  return (
    one.certificateAuthority === other.certificateAuthority &&
    one.certificate === other.certificate &&
    one.privateKey === other.privateKey
  );
}
