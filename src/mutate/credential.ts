import type { AddOperation } from "#api/admission-review.ts";
import type { ApprovedModel } from "#api/kinds/approved-model.ts";
import type { Model } from "#api/kinds/model.ts";
import { isOnHostList, undisputedHost } from "#policy/host-pattern.ts";
import { additions, type FieldDefault, NOTHING } from "./additions.ts";
import { type Unchecked, unchecked } from "./unchecked.ts";

/**
 * The credential of the first covering approval that offers one, for a model
 * that has no source of its own. It goes only to hosts that the approval names:
 * otherwise whoever may write a configuration could point an endpoint at a host
 * of their own and have the key sent there.
 */
export function credentialOperations(
  model: Unchecked<Model>,
  pointer: string,
  approvals: readonly ApprovedModel[],
): readonly AddOperation[] {
  if (!approvals.some(offersCredential) || hasSource(model.auth)) return NOTHING;
  const host = hostForCredential(model.endpoint);
  if (host === undefined || !provesHost(model.tls, host)) return NOTHING;
  const approval = approvals.find((approval) => offersCredential(approval) && isHostOf(approval, host));
  const secret = approval?.spec.defaults?.authSecretRef;
  if (!secret) return NOTHING;
  const defaults: readonly FieldDefault[] = [
    ["type", "apikey"],
    ["valueFrom", { secretKeyRef: { name: secret.name, key: secret.key } }],
  ];
  return additions(`${pointer}/auth`, model.auth, defaults);
}

function offersCredential({ spec }: ApprovedModel): boolean {
  return spec.defaults?.authSecretRef !== undefined;
}

/** Whether `auth` says already where a credential comes from, or is nothing that we could complete. */
export function hasSource(value: unknown): boolean {
  if (value === undefined) return false;
  const auth = unchecked<NonNullable<Model["auth"]>>(value);
  if (!auth) return true;
  const isApiKey = auth.type === undefined || auth.type === "apikey";
  return !isApiKey || auth.value !== undefined || auth.valueFrom !== undefined || auth.oauth2 !== undefined;
}

/** Whether the certificate must be the host's own: otherwise anybody on the way could pose as it. */
function provesHost(value: unknown, host: string): boolean {
  if (value === undefined) return true;
  const tls = unchecked<NonNullable<Model["tls"]>>(value);
  if (!tls) return false;
  const { insecureSkipVerify = false, serverName = host } = tls;
  return insecureSkipVerify === false && serverName === host;
}

/** Where no parser of URLs could see another. */
function hostForCredential(endpoint: unknown): string | undefined {
  return typeof endpoint === "string" && HTTPS.test(endpoint) ? undisputedHost(endpoint) : undefined;
}

const HTTPS = /^https:/i;

function isHostOf({ spec }: ApprovedModel, host: string): boolean {
  return isOnHostList(spec.endpoints?.hosts ?? [], host);
}
