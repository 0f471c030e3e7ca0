import { millisecondsOf } from "#api/duration.ts";
import type { Config } from "#config";
import type { Options, ValuesOf } from "./command.ts";
import { UsageError } from "./usage-error.ts";

/** Options of `serve` about the certificate of the admission port. */
export const CERTIFICATE_OPTIONS = {
  "certificate-directory": {
    type: "string",
    placeholder: "DIRECTORY",
    summary: "Holds tls.crt and tls.key as cert-manager writes them, read again when they change.",
  },
  "certificate-secret": {
    type: "string",
    placeholder: "NAME",
    summary:
      "Instead of a directory: the Secret, in the namespace of POD_NAMESPACE, in which replicas keep an authority and certificate of their own, for --service-name and --webhook-configurations.",
  },
  "service-name": {
    type: "string",
    placeholder: "NAME",
    summary:
      "The Service at which the API server calls, in the namespace of POD_NAMESPACE: a certificate for its name is not replaced by one for others.",
  },
  "webhook-configurations": {
    type: "string",
    placeholder: "NAME",
    summary:
      "The MutatingWebhookConfiguration and the ValidatingWebhookConfiguration that lead here, which are watched for whether they trust the certificate. Default: nobody looks.",
  },
  "certificate-lifetime": {
    type: "string",
    placeholder: "DURATION",
    summary: "With --certificate-secret: how long a certificate is valid. Default: 2160h.",
  },
  "authority-lifetime": {
    type: "string",
    placeholder: "DURATION",
    summary: "With --certificate-secret: how long an authority is valid. Default: 87600h.",
  },
  "certificate-settling": {
    type: "string",
    placeholder: "DURATION",
    summary:
      "With --certificate-secret: how long webhook configurations must have named an authority before what it signs is served. Default: 10s.",
  },
  "certificate-overlap": {
    type: "string",
    placeholder: "DURATION",
    summary:
      "With --certificate-secret: how long a former authority stays trusted after the certificate of the new one is served. Default: 1h.",
  },
} as const satisfies Options;

export type CertificateValues = ValuesOf<typeof CERTIFICATE_OPTIONS>;

/** Where the certificate of the admission port comes from. */
export type CertificateSettings =
  | {
      readonly from: "directory";
      readonly directory: string;
      /** The name by which the API server calls, where it is known. */
      readonly dnsName: string | undefined;
    }
  | SelfManagedCertificate
  /** Made at each start, for localhost. */
  | { readonly from: "memory" };

export interface SelfManagedCertificate {
  readonly from: "secret";
  /** Of the Secret, the Service and the Lease; undefined: that of the connection. */
  readonly namespace: string | undefined;
  readonly secret: string;
  readonly service: string;
  readonly webhookConfigurations: string;
  readonly leafMilliseconds: number;
  readonly authorityMilliseconds: number;
  readonly settlingMilliseconds: number;
  readonly overlapMilliseconds: number;
}

/** Checks the values. */
export function certificateSettings(
  values: CertificateValues,
  { podNamespace }: Config,
  { isStandalone, hasCluster }: { readonly isStandalone: boolean; readonly hasCluster: boolean },
): CertificateSettings {
  const { "certificate-directory": directory, "certificate-secret": secret, "service-name": service } = values;
  if (secret === undefined) {
    const given = OF_SECRET.find((name) => values[name] !== undefined);
    if (given !== undefined) throw new UsageError(`serve: option '--${given}' needs '--certificate-secret'`);
    const dnsName = service !== undefined && podNamespace ? `${service}.${podNamespace}.svc` : undefined;
    if (directory !== undefined) return { from: "directory", directory, dnsName };
    if (isStandalone) return { from: "memory" };
    throw new UsageError("serve: without --standalone, --certificate-directory or --certificate-secret is needed");
  }
  if (directory !== undefined) {
    throw new UsageError("serve: options '--certificate-directory' and '--certificate-secret' exclude each other");
  }
  if (!hasCluster) {
    throw new UsageError("serve: option '--certificate-secret' needs a cluster, so neither --standalone nor --objects");
  }
  const { "webhook-configurations": webhookConfigurations } = values;
  if (service === undefined || webhookConfigurations === undefined) {
    throw new UsageError("serve: option '--certificate-secret' needs '--service-name' and '--webhook-configurations'");
  }
  return {
    from: "secret",
    namespace: podNamespace || undefined,
    secret,
    service,
    webhookConfigurations,
    ...times(values),
  };
}

const OF_SECRET = [
  "certificate-lifetime",
  "authority-lifetime",
  "certificate-settling",
  "certificate-overlap",
] as const satisfies readonly (keyof CertificateValues)[];

type Times = Pick<
  SelfManagedCertificate,
  "leafMilliseconds" | "authorityMilliseconds" | "settlingMilliseconds" | "overlapMilliseconds"
>;

function times(values: CertificateValues): Times {
  const leafMilliseconds = durationOf("certificate-lifetime", values, "2160h");
  const authorityMilliseconds = durationOf("authority-lifetime", values, "87600h");
  const settlingMilliseconds = durationOf("certificate-settling", values, "10s");
  if (leafMilliseconds < SHORTEST_LIFETIME_MILLISECONDS)
    throw new UsageError("serve: option '--certificate-lifetime' must be 10s or longer");
  // An authority is replaced when a third of its life is left, and until then signs certificates that last.
  if (authorityMilliseconds < 3 * leafMilliseconds)
    throw new UsageError("serve: option '--authority-lifetime' must be at least three times --certificate-lifetime");
  // What is renewed when a third of its life is left has to settle in that time.
  if (settlingMilliseconds > leafMilliseconds / 6)
    throw new UsageError("serve: option '--certificate-settling' must be at most a sixth of --certificate-lifetime");
  const overlapMilliseconds = durationOf("certificate-overlap", values, "1h");
  return { leafMilliseconds, authorityMilliseconds, settlingMilliseconds, overlapMilliseconds };
}

const SHORTEST_LIFETIME_MILLISECONDS = 10_000;

function durationOf(option: (typeof OF_SECRET)[number], values: CertificateValues, fallback: string): number {
  const text = values[option] ?? fallback;
  const milliseconds = millisecondsOf(text);
  if (milliseconds !== undefined) return milliseconds;
  throw new UsageError(`serve: option '--${option}' must be a duration such as 2160h or 1h30m, not '${text}'`);
}
