import type { Standing } from "#certificates/standing.ts";
import { no, unknown, type Verdict, yes } from "./verdict.ts";

/** Whether the API server accepts the certificate of the servers of this installation, as seen by the one that leads. */
export function certificateVerdict(standing: Standing): Verdict {
  switch (standing.type) {
    case "unknown":
      return unknown("Pending", "the webhook configurations or the servers' certificate are not known yet");
    case "not in force":
      return no(
        "CertificateNotInForce",
        `the servers' certificate is valid from ${dateOf(standing.from)} until ${dateOf(standing.until)} only: what fails closed is refused until it is renewed`,
      );
    case "mismatch":
      return no(
        "AuthorityMismatch",
        `the API server does not accept the servers' certificate: the caBundle must hold an authority that signed it, and does not in ${standing.webhooks.join("; ")}`,
      );
    case "name mismatch":
      return no(
        "NameMismatch",
        `the API server does not accept the servers' certificate: it must be for ${standing.names.join(", ")} by its subject alternative names, as the API server calls by that in ${standing.webhooks.join("; ")}`,
      );
    case "trusted":
      return yes("Trusted", `the API server accepts the servers' certificate, until ${dateOf(standing.until)}`);
    case "expiring":
      return yes(
        "ExpiresSoon",
        `the API server accepts the servers' certificate until ${dateOf(standing.until)}; it must be renewed by then, and was not in time`,
      );
  }
}

function dateOf(instant: number): string {
  return new Date(instant).toISOString();
}
