import type { RelativePath } from "#api/field-path.ts";
import type { ApprovedModel } from "#api/kinds/approved-model.ts";
import { type SecretKey, secretKeyOf } from "#api/reference.ts";
import { isForNamespace } from "#policy/approval-conditions.ts";
import { sourceOf } from "#policy/covering-approvals.ts";
import { hostOf, isOnHostList, undisputedHost } from "#policy/host-pattern.ts";
import { alternatives } from "#policy/words.ts";
import type { Part } from "../part.ts";
import { type Facts, type Finding, HOLDS, type Rule } from "../rule.ts";

export const credentialHost: Rule = {
  id: "credential-host",
  claim: "A credential that an approval supplies goes only to the hosts of that approval, whoever wrote its name.",
  why: "Whoever may write a configuration could point it at a host of their own, name the company's key beside it, and read the key from the first request.",
  judgesBy: [
    "ApprovedModel.spec.defaults.authSecretRef",
    "ApprovedModel.spec.endpoints.hosts",
    "ApprovedModel.spec.namespaces",
    "ApprovedModel.spec.lifecycle.state",
  ],
  action: "Deny",
  judges: { model: findInModel, integration: findInIntegration },
};

function findInModel(part: Part<"model">, facts: Facts): readonly Finding[] {
  const { auth, endpoint } = part.value;
  if (auth === undefined) return HOLDS;
  const { value, valueFrom, oauth2 } = auth;
  const secret = valueFrom?.secretKeyRef ?? (value === undefined ? undefined : secretKeyOf(value));
  const key = secret && misdirected({ part, secret, url: endpoint, at: ENDPOINT, read: READ_OF_KEY }, facts);
  const client =
    oauth2 &&
    misdirected(
      { part, secret: oauth2.clientSecretRef, url: oauth2.tokenUrl, at: TOKEN_URL, read: READ_OF_CLIENT },
      facts,
    );
  return key || client ? [key, client].filter((found) => found !== undefined) : HOLDS;
}

const ENDPOINT: RelativePath = ["endpoint"];
const READ_OF_KEY: readonly RelativePath[] = [
  ENDPOINT,
  ["auth", "value"],
  ["auth", "valueFrom", "secretKeyRef", "name"],
  ["auth", "valueFrom", "secretKeyRef", "key"],
];
const TOKEN_URL: RelativePath = ["auth", "oauth2", "tokenUrl"];
const READ_OF_CLIENT: readonly RelativePath[] = [
  TOKEN_URL,
  ["auth", "oauth2", "clientSecretRef", "name"],
  ["auth", "oauth2", "clientSecretRef", "key"],
];

function findInIntegration(part: Part<"integration">, facts: Facts): readonly Finding[] {
  const { credentials, endpoint } = part.value;
  if (credentials === undefined) return HOLDS;
  const { secretRef } = credentials;
  const found = misdirected({ part, secret: secretRef, url: endpoint, at: ENDPOINT, read: READ_OF_INTEGRATION }, facts);
  return found ? [found] : HOLDS;
}

const READ_OF_INTEGRATION: readonly RelativePath[] = [
  ENDPOINT,
  ["credentials", "secretRef", "name"],
  ["credentials", "secretRef", "key"],
];

interface Use extends Pick<Finding, "part" | "at" | "read"> {
  /** In an object of the wrong shape it may be missing, or a part of it. */
  readonly secret: Partial<SecretKey> | undefined;
  /** Where it is sent. */
  readonly url: string | undefined;
}

/** Without a URL the provider's own is called, as its gateway knows it. */
function misdirected({ part, secret, url, at, read }: Use, facts: Facts): Finding | undefined {
  if (secret?.name === undefined || secret.key === undefined || url === undefined) return undefined;
  const approvals = facts.lookup.approvalsOfSecret(secret.name);
  if (approvals.length === 0) return undefined;
  const host = undisputedHost(url);
  const suppliers = approvals.filter((approval) => supplies(approval, secret.key, facts));
  const [first] = suppliers;
  if (first === undefined || suppliers.some(({ spec }) => host !== undefined && isOnHostList(hostsOf(spec), host)))
    return undefined;
  const hosts = Array.from(new Set(suppliers.flatMap(({ spec }) => hostsOf(spec))));
  const shown = url.includes("@") ? undefined : hostOf(url);
  return {
    part,
    at,
    kind: "Invalid value",
    ...(shown === undefined ? {} : { value: shown }),
    detail: `must have as host ${alternatives(hosts)}, since the credential '${secret.name}/${secret.key}' goes to no other`,
    source: sourceOf(first),
    sourceField: "spec.endpoints.hosts",
    absent: "ApprovedModel",
    read,
  };
}

/**
 * Only those that somebody with the right to approve has given: a mere proposal
 * would otherwise take a Secret away from those who use it. An approval that has
 * ended holds on to its credential, so that the end frees it for no other host.
 */
function supplies({ spec }: ApprovedModel, key: string | undefined, { lookup, owner }: Facts): boolean {
  const { state } = spec.lifecycle;
  if (state !== "Approved" && state !== "Deprecated") return false;
  if (spec.defaults?.authSecretRef?.key !== key || hostsOf(spec).length === 0) return false;
  const { namespaces = {} } = spec;
  const labels = lookup.namespaceLabels(owner.namespace);
  // Of a namespace that is not known, labels could say anything.
  const mayBeSelected = labels === undefined && namespaces.selector !== undefined;
  return mayBeSelected || isForNamespace(namespaces, owner.namespace, labels);
}

/** Without hosts an approval supplies its credential to nobody, and so says nothing about where it may go. */
function hostsOf({ endpoints }: ApprovedModel["spec"]): readonly string[] {
  return endpoints?.hosts ?? NO_HOSTS;
}

const NO_HOSTS: readonly string[] = [];
