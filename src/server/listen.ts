import type { AddressInfo, Server } from "node:net";

/** Why a server cannot listen where it was told to, in one line. */
export class ListenError extends Error {
  override readonly name = "ListenError";
}

export interface ListenOptions {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
}

/** Starts listening and answers the port. */
export async function listen(server: Server, { host, port }: ListenOptions): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject).once("listening", resolve);
  server.listen({ host, port });
  try {
    await promise;
  } catch (cause) {
    throw new ListenError(`cannot listen on ${hostAndPort(host, port)}: ${reasonOf(cause)}`, { cause });
  } finally {
    server.off("error", reject).off("listening", resolve);
  }
  return (server.address() as AddressInfo).port; // listening on a port, so never a pipe's name
}

/** An address as it stands in a URL. */
export function hostAndPort(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  const code = "code" in cause ? String(cause.code) : "";
  return REASONS.get(code) ?? cause.message;
}

const REASONS: ReadonlyMap<string, string> = new Map([
  ["EADDRINUSE", "the port is in use"],
  ["EACCES", "the port may not be used by this user"],
  ["EADDRNOTAVAIL", "the address is not one of this machine's"],
  ["ENOTFOUND", "the host name is unknown"],
]);
