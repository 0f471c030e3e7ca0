import { KubernetesError } from "#kube/kubernetes-error.ts";

/** Why there was no answer, completing `gw.team-a.svc:2019: …`. */
export function causeInWords(error: unknown): string {
  if (error instanceof KubernetesError && error.reason === "Timeout") return "does not answer in time";
  const code = codeOf(error instanceof KubernetesError ? error.cause : error);
  const known = WORDS[code] ?? (code.startsWith("HPE_") ? "answers something that is not HTTP" : undefined);
  return (
    known ??
    (CERTIFICATE.test(code)
      ? `shows a certificate that is not trusted (${code})`
      : `cannot be asked${code && ` (${code})`}`)
  );
}

/** Only the code: messages of Node and OpenSSL quote what they are about. */
function codeOf(error: unknown): string {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return typeof code === "string" ? code : "";
}

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nobody listens there",
  ECONNRESET: "closes the connection without an answer",
  EPIPE: "closes the connection without an answer",
  ETIMEDOUT: "cannot be reached",
  EHOSTUNREACH: "cannot be reached",
  ENETUNREACH: "cannot be reached",
  ENOTFOUND: "has a host name that nobody knows",
  EAI_AGAIN: "has a host name that cannot be looked up now",
  EPROTO: "does not speak TLS, or none that we speak",
  ERR_INVALID_URL: "is not a URL",
  ERR_INVALID_PROTOCOL: "is not at an http or https URL",
  ERR_INVALID_CHAR: "needs credentials without control characters",
};

const CERTIFICATE = /CERT|SIGNATURE|ISSUER|SELF_SIGNED/;
