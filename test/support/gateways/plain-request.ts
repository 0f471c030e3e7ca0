import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { text } from "node:stream/consumers";

/**
 * An HTTP request without the headers that `fetch` adds: Caddy's admin API takes
 * who sends `Sec-Fetch-Mode` for a browser, and refuses it.
 */
export async function plainRequest(
  url: string,
  { method = "GET", body = "", signal }: { method?: string; body?: string; signal?: AbortSignal } = {},
): Promise<{ readonly status: number; readonly text: string }> {
  const headers = { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) };
  const asked = request(url, { method, headers, signal, agent: false }).end(body);
  const [response] = (await once(asked, "response")) as [IncomingMessage];
  return { status: response.statusCode ?? 0, text: await text(response) };
}
