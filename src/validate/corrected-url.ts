import { credentialIn } from "./credential.ts";

/**
 * A URL as a message may propose it: without user info and query, either of which may
 * be a secret. Undefined where it would hold a credential all the same, or would
 * not fit a message.
 */
export function correctedUrl(url: URL, path: string): string | undefined {
  const text = `${url.origin}${path}${url.search === "" ? "" : "?..."}`;
  return text.length <= MAX_SHOWN && credentialIn(text) === undefined ? text : undefined;
}

/** A corrected URL that is longer says less than none. */
const MAX_SHOWN = 200;

/**
 * Where a URL leads, for whoever has to write it again: `https://api.openai.com/...`.
 * Of a path nothing is shown, since those of webhooks are secrets. Undefined where
 * what parsers take for the host may be part of a password.
 */
export function correctedOrigin(text: string, { protocol, host }: Correction): string | undefined {
  const url = URL.parse(text);
  if (!url || text.indexOf("@") !== text.lastIndexOf("@")) return undefined;
  const port = url.port === "" ? "" : `:${url.port}`;
  const hasMore = url.pathname !== "/" || url.search !== "" || url.hash !== "";
  const shown = `${protocol ?? url.protocol}//${host ?? url.hostname}${port}${hasMore ? "/..." : ""}`;
  return shown.length <= MAX_SHOWN && credentialIn(shown) === undefined ? shown : undefined;
}

/** What is to be different. */
interface Correction {
  readonly protocol?: string;
  readonly host?: string;
}
