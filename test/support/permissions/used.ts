import { type Permission, resourceName } from "./granted.ts";

/** What service accounts asked for, by the audit logs of API servers. */
export interface Used {
  readonly permissions: readonly Permission[];
  /** Requests that nothing allowed, in words. */
  readonly forbidden: readonly string[];
}

/** Reads lines of an audit log; only what the accounts of these names asked for counts, in whatever namespace they are. */
export function usedIn(lines: Iterable<string>, accounts: ReadonlySet<string>): Used {
  const permissions = new Map<string, Permission>();
  const forbidden = new Set<string>();
  for (const line of lines) {
    if (line === "") continue;
    const { user, verb, requestURI, objectRef, annotations = {} } = JSON.parse(line) as AuditEvent;
    const account = ACCOUNT.exec(user.username)?.[1] ?? "";
    if (!accounts.has(account)) continue;
    if (annotations[DECISION] === "forbid") forbidden.add(`${account} must not ${verb} ${requestURI}`);
    const role = ROLE.exec(annotations[REASON] ?? "")?.[1];
    if (role === undefined || objectRef === undefined) continue;
    const { apiGroup = "", resource, subresource } = objectRef;
    const name = subresource === undefined ? resource : `${resource}/${subresource}`;
    const permission = { role, resource: resourceName(apiGroup, name), verb };
    permissions.set(JSON.stringify(permission), permission);
  }
  return { permissions: [...permissions.values()], forbidden: [...forbidden] };
}

interface AuditEvent {
  readonly user: { readonly username: string };
  readonly verb: string;
  readonly requestURI: string;
  readonly objectRef?: { readonly apiGroup?: string; readonly resource: string; readonly subresource?: string };
  readonly annotations?: Readonly<Record<string, string>>;
}

const ACCOUNT = /^system:serviceaccount:[^:]+:(.+)$/;

/* How the authorizer tells in the log what it decided, and why. */
const DECISION = "authorization.k8s.io/decision";
const REASON = "authorization.k8s.io/reason";
const ROLE = /^RBAC: allowed by (?:Cluster)?RoleBinding "[^"]+" of (?:Cluster)?Role "([^"]+)"/;
