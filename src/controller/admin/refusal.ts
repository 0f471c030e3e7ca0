import { plainText } from "#review/plain-text.ts";
import { endpointName } from "./endpoint-name.ts";
import { type Answered, LONGEST_BODY_BYTES } from "./gateway-client.ts";

/** An answer that is not what was asked for, as a reason of a condition and in words. */
export interface Refusal {
  readonly reason: "Redirected" | "CredentialsRefused" | "AnswerTooLong" | "ChangedMeanwhile" | "GatewayFault";
  /** Names the endpoint; holds none of the credentials that were sent. */
  readonly message: string;
}

/** What is wrong with an answer; undefined if nothing is. */
export function refusalOf(answer: Answered, url: string, credentials: string | undefined): Refusal | undefined {
  const { status, isCut } = answer;
  const refusal = (reason: Refusal["reason"], words: string) => ({
    reason,
    message: `${endpointName(url)}: answers ${words}`,
  });
  if (status >= 300 && status < 400) return refusal("Redirected", `${status}, a redirect, which is not followed`);
  if (status === 401 || status === 403) {
    const given = credentials === undefined ? "and was given no credentials" : "to the credentials that it was given";
    return refusal("CredentialsRefused", `${status} ${given}${saying(answer, credentials)}`);
  }
  if (status === 412) return refusal("ChangedMeanwhile", "412: somebody else changed it meanwhile");
  if (status < 200 || status >= 300) return refusal("GatewayFault", `${status}${saying(answer, credentials)}`);
  if (isCut) return refusal("AnswerTooLong", `with more than ${LONGEST_BODY_BYTES / 1024 / 1024} MiB`);
  return undefined;
}

/** What a gateway says in the body of an answer that is an error, in one line. */
export function saying({ body, headers }: Answered, credentials: string | undefined): string {
  if (headers["content-type"]?.includes("html") === true) return "";
  const said = messageIn(body) ?? body.slice(0, LONGEST_MESSAGE * 2);
  const secret = credentials?.trim().replace(SCHEME, "") ?? "";
  const hidden = secret === "" ? said : said.replaceAll(secret, "***");
  const line = plainText(hidden.replace(SPACES, " ").trim(), LONGEST_MESSAGE);
  return line === "" ? "" : `: ${line}`;
}

/** Caddy says `{"error":"…"}`, LiteLLM `{"error":{"message":"…"}}` or `{"detail":"…"}`. */
function messageIn(body: string): string | undefined {
  if (!body.startsWith("{") || body.length > LONGEST_ERROR) return undefined;
  try {
    const { error, message, detail } = JSON.parse(body) as Record<string, unknown>;
    const inner = typeof error === "object" && error !== null ? (error as Record<string, unknown>)["message"] : error;
    return [inner, message, detail].find((text) => typeof text === "string");
  } catch {
    return undefined;
  }
}

const LONGEST_ERROR = 64 * 1024;

/** Of a condition's message, which is cut at 1,024, leaves room for the rest. */
const LONGEST_MESSAGE = 400;

const SCHEME = /^[A-Za-z]+ /;
const SPACES = /\s+/g;
