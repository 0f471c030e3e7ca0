import { callAt } from "#api/call-path.ts";

/** Where a model is called, taken apart from its endpoint. */
export interface Upstream {
  readonly isTls: boolean;
  /** Without brackets, where it is an IPv6 address. */
  readonly host: string;
  readonly port: number;
  /** Begins with `/` and does not end with one; empty for the root. */
  readonly path: string;
  /**
   * The end of the path where the endpoint is the URL of one call, such as
   * `/chat/completions`, to which every request goes. Otherwise it is a base URL: the path that the client
   * asks for comes behind it, unless that begins with it already.
   */
  readonly call: string | undefined;
  /** Parameters that every request gets. */
  readonly query: readonly (readonly [name: string, value: string])[];
}

/** Undefined where there is no endpoint, or none that can be called. */
export function upstreamOf(endpoint: string | undefined): Upstream | undefined {
  const url = endpoint === undefined ? null : URL.parse(endpoint);
  if (!url || !HOST.test(url.hostname)) return undefined;
  const isTls = url.protocol === "https:";
  if (!isTls && url.protocol !== "http:") return undefined;
  return {
    isTls,
    host: url.hostname.replace(/^\[|\]$/g, ""),
    port: Number(url.port || (isTls ? 443 : 80)),
    path: url.pathname.replace(/\/+$/, ""),
    call: callAt(url.pathname)?.suffix,
    query: Array.from(url.searchParams),
  };
}

/** Names and addresses, in which no gateway's language finds anything. */
const HOST = /^(?:[A-Za-z0-9_-][A-Za-z0-9._-]*|\[[0-9a-f:.]+\])$/;
