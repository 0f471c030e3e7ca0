import { X509Certificate } from "node:crypto";
import type { IntegrationConfig } from "#api/kinds/integration-config.ts";
import type { Model } from "#api/kinds/model.ts";
import { type SecretKey, secretKeyOf } from "#api/reference.ts";
import { isOnHostList, undisputedHost } from "#policy/host-pattern.ts";
import type { Fault } from "./fault.ts";
import type { ReadSecret, SecretAccess } from "./secret-access.ts";

/** On a Secret: hosts, with commas between them, that its values may be sent to; exact, or `*.` and a suffix. */
const ALLOWED_HOSTS_ANNOTATION = "gateway.example.com/allowed-hosts";

/** What a part takes from a Secret. */
interface Use {
  readonly key: SecretKey;
  /** Where in the part it is named. */
  readonly at: string;
  /** Where it goes; absent for what is sent to nobody. */
  readonly sentTo?: { readonly url: string | undefined; readonly tls?: Model["tls"] };
}

/** What keeps a model from the values that it takes from Secrets. */
export function secretFaultsOfModel(model: Pick<Model, "auth" | "tls" | "endpoint">, secrets: SecretAccess): Fault[] {
  return faultsOf(usesOfModel(model), secrets);
}

export function secretFaultsOfIntegration(
  { credentials, endpoint }: Pick<IntegrationConfig["spec"], "credentials" | "endpoint">,
  secrets: SecretAccess,
): Fault[] {
  if (!credentials) return [];
  return faultsOf([{ key: credentials.secretRef, at: "credentials.secretRef", sentTo: { url: endpoint } }], secrets);
}

/** Names of the Secrets that a model takes something from. */
export function secretNamesOfModel(model: Pick<Model, "auth" | "tls">): readonly string[] {
  return usesOfModel(model).map(({ key }) => key.name);
}

export function secretNamesOfIntegration({
  credentials,
}: Pick<IntegrationConfig["spec"], "credentials">): readonly string[] {
  return credentials ? [credentials.secretRef.name] : [];
}

function usesOfModel({ auth, tls, endpoint }: Pick<Model, "auth" | "tls" | "endpoint">): readonly Use[] {
  const uses: Use[] = [];
  const sentTo = { url: endpoint, tls };
  const written = auth?.value === undefined ? undefined : secretKeyOf(auth.value);
  if (written) uses.push({ key: written, at: "auth.value", sentTo });
  if (auth?.valueFrom) uses.push({ key: auth.valueFrom.secretKeyRef, at: "auth.valueFrom.secretKeyRef", sentTo });
  if (auth?.oauth2) {
    const { clientSecretRef, tokenUrl } = auth.oauth2;
    uses.push({ key: clientSecretRef, at: "auth.oauth2.clientSecretRef", sentTo: { url: tokenUrl } });
  }
  if (tls?.caSecretRef) uses.push({ key: tls.caSecretRef, at: "tls.caSecretRef" });
  return uses;
}

function faultsOf(uses: readonly Use[], secrets: SecretAccess): Fault[] {
  return uses.flatMap((use) => faultOf(use, secrets) ?? []);
}

function faultOf({ key: { name, key }, at, sentTo }: Use, secrets: SecretAccess): Fault | undefined {
  const fault = (reason: string, detail: string): Fault => ({
    reason,
    message: `${at}: ${detail}`,
    rules: [SECRET_REFERENCE],
  });
  if (!secrets.isGranted) {
    return fault("SecretAccessNotGranted", `Secret '${name}' must be readable: access to Secrets is not granted here`);
  }
  const secret = secrets.secret(name);
  if (!secret) return fault("SecretNotFound", `Secret '${name}' must be in the gateway's namespace`);
  if (!Object.hasOwn(secret.data, key)) {
    return fault("SecretKeyNotFound", `Secret '${name}' must have the key '${key}'`);
  }
  const must = sentTo ? demandOfCredential(secret.data[key] ?? "") : demandOfCertificates(secret.data[key] ?? "");
  if (must !== undefined) return fault("SecretInvalid", `key '${key}' of Secret '${name}' must ${must}`);
  const elsewhere = sentTo && demandOfHost(secret, sentTo);
  if (elsewhere === undefined) return undefined;
  return fault("SecretNotForHost", `Secret '${name}' must ${elsewhere} (annotation ${ALLOWED_HOSTS_ANNOTATION})`);
}

const SECRET_REFERENCE = "secret-reference";

/** It becomes a header's value, where white space at the ends is lost and a line break begins another header. */
function demandOfCredential(value: string): string | undefined {
  if (value.trim() === "") return "not be empty";
  if (value.trim() !== value) {
    return "not begin or end with white space, such as the line break that `echo` adds";
  }
  return CONTROL.test(value) ? "hold no control characters" : undefined;
}

// oxlint-disable-next-line no-control-regex -- they are what is looked for
const CONTROL = /[\u0000-\u001f\u007f]/;

/** A gateway that is given no certificate there refuses its whole configuration. */
function demandOfCertificates(text: string): string | undefined {
  const certificates = text.match(CERTIFICATE);
  return certificates?.every(isCertificate) ? undefined : "hold certificates in PEM";
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\sA-Za-z0-9+/=]*-----END CERTIFICATE-----/g;

function isCertificate(text: string): boolean {
  try {
    return new X509Certificate(text).fingerprint256 !== "";
  } catch {
    return false;
  }
}

/** Whoever posed as the host on the way would be given the value as well, so its certificate must be its own. */
function demandOfHost({ annotations }: ReadSecret, { url, tls }: NonNullable<Use["sentTo"]>): string | undefined {
  const allowed = annotations[ALLOWED_HOSTS_ANNOTATION];
  if (allowed === undefined) return undefined;
  const hosts = allowed
    .split(",")
    .map((host) => host.trim().toLowerCase())
    .filter((host) => host !== "");
  const host = url === undefined ? undefined : undisputedHost(url);
  if (host === undefined || !isOnHostList(hosts, host)) {
    return hosts.length === 0
      ? "be sent to no host"
      : `be sent only to ${hosts.map((each) => `'${each}'`).join(" or ")}`;
  }
  const { insecureSkipVerify = false, serverName = host } = tls ?? {};
  return insecureSkipVerify || serverName !== host ? "be sent only where the certificate is the host's own" : undefined;
}
