import type { Answered } from "../admin/gateway-client.ts";
import { CONFIRMED, differs, type Echo, jsonOf, unexpected } from "./confirmation.ts";

/**
 * A gateway of anybody's: it says the hash in the header `gatehouse-config-hash`,
 * or its body is the hash alone, or a JSON object with the hash as `hash`, as the
 * canonical document itself is.
 */
export const askAnyGateway: Echo = async (instance, expected) => {
  const path = instance.path ?? "/config-hash";
  const answer = await instance.get(path);
  if (answer.type !== "answered") return answer;
  const hash = hashIn(answer);
  if (hash === undefined) return unexpected(instance, path, "without a hash");
  return hash === expected.hash ? CONFIRMED : differs(instance, path, hash, expected);
};

const HEADER = "gatehouse-config-hash";

function hashIn(answer: Answered): string | undefined {
  const header = answer.headers[HEADER];
  if (typeof header === "string") return header.trim();
  const value = jsonOf(answer);
  if (typeof value === "object" && value !== null) {
    const { hash } = value as { readonly hash?: unknown };
    return typeof hash === "string" ? hash : undefined;
  }
  const text = typeof value === "string" ? value : answer.body.trim();
  return WORD.test(text) ? text : undefined;
}

/** One word that could be a hash: a page says more than that. */
const WORD = /^[\w:+/=.-]{1,256}$/;
