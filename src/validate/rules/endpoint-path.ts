import { correctedUrl } from "../corrected-url.ts";
import { parseEndpoint } from "../endpoint.ts";
import type { Part } from "../part.ts";
import { type Finding, HOLDS, type Rule } from "../rule.ts";

export const endpointPath: Rule = {
  id: "endpoint-path",
  claim: "A model's endpoint is a base URL: without the path of one call, and without its version twice.",
  why: "The gateway appends its own path, so that each request goes to `/v1/v1/chat/completions` and is answered 404: among the most frequent reports of every gateway.",
  action: "Warn",
  judges: { model: findWrongPath },
};

function findWrongPath(part: Part<"model">): readonly Finding[] {
  const text = part.value.endpoint;
  if (text === undefined || !SUSPICIOUS.test(text)) return HOLDS;
  const url = parseEndpoint(text)?.url;
  if (!url) return HOLDS;
  const path = withoutTwice(withoutCall(url.pathname));
  if (path === url.pathname) return HOLDS;
  const corrected = correctedUrl(url, path);
  const detail = `must be a base URL, ${corrected === undefined ? "without the path of a call" : `as in '${corrected}'`}`;
  return [{ part, at: ["endpoint"], kind: "Invalid value", detail, read: [["endpoint"]] }];
}

/** What gateways and client libraries append themselves. */
const CALLS = [
  "/chat/completions",
  "/completions",
  "/responses",
  "/messages",
  "/embeddings",
  "/rerank",
  "/moderations",
  "/images/generations",
  "/images/edits",
  "/images/variations",
  "/audio/speech",
  "/audio/transcriptions",
  "/audio/translations",
  "/api/chat", // Ollama
  "/api/generate",
  "/api/embed",
];

/** Asked first, since nearly every endpoint is a base URL. */
const SUSPICIOUS = new RegExp(`(?:${CALLS.join("|")})/?(?:[?#]|$)|:(?:streamG|g)enerateContent|/v\\d[^/]*/v\\d`);

function withoutCall(path: string): string {
  const bare = path.endsWith("/") ? path.slice(0, -1) : path;
  const call = CALLS.find((suffix) => bare.endsWith(suffix));
  return call === undefined ? path.replace(GEMINI_CALL, "") : bare.slice(0, -call.length);
}

const GEMINI_CALL = /\/models\/[^/:]*:(?:streamG|g)enerateContent\/?$/;

/** `/v1/v1/x` and `/v1beta/v1beta` say their version twice; `/v1/v2` means something. */
function withoutTwice(path: string): string {
  const segments = path.split("/");
  return segments.filter((segment, index) => !VERSION.test(segment) || segment !== segments[index - 1]).join("/");
}

const VERSION = /^v\d/;
