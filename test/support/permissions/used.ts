import { type Granted, type Permission, resourceName } from "./granted.ts";

/** What service accounts asked for, by the audit logs of API servers. */
export interface Used {
  /** Of every role that may have allowed it: those that it does not give are among them. */
  readonly permissions: readonly Permission[];
  /** Requests that nothing allowed, in words; where the same was allowed before or after, roles came or went just then. */
  readonly forbidden: readonly string[];
}

/**
 * Reads lines of an audit log; only what accounts of these names asked for counts, in
 * whatever namespace they are. The log names one role that allows a request, whichever
 * the API server looked at first, so that what an account asked for counts for each
 * role that it has.
 */
export function usedIn(lines: Iterable<string>, rolesOf: Granted["rolesOf"]): Used {
  const permissions = new Map<string, Permission>();
  const forbidden = new Map<string, string>();
  const allowed = new Set<string>();
  for (const line of lines) {
    if (line === "") continue;
    const { user, verb, requestURI, objectRef, annotations = {} } = JSON.parse(line) as AuditEvent;
    const account = ACCOUNT.exec(user.username)?.[1] ?? "";
    const roles = rolesOf.get(account);
    if (!roles) continue;
    const asked = JSON.stringify({ user: user.username, verb, ...placeOf(objectRef) });
    if (annotations[DECISION] === "forbid") forbidden.set(`${account} must not ${verb} ${requestURI}`, asked);
    else allowed.add(asked);
    const role = ROLE.exec(annotations[REASON] ?? "")?.[1];
    if (role === undefined || !roles.has(role) || objectRef === undefined) continue;
    const { apiGroup = "", resource, subresource } = objectRef;
    const name = subresource === undefined ? resource : `${resource}/${subresource}`;
    for (const each of roles) {
      const permission = { role: each, resource: resourceName(apiGroup, name), verb };
      permissions.set(JSON.stringify(permission), permission);
    }
  }
  const never = Array.from(forbidden).filter(([, asked]) => !allowed.has(asked));
  return { permissions: [...permissions.values()], forbidden: never.map(([request]) => request) };
}

/** What a rule of a role can tell apart, names aside. */
function placeOf({
  apiGroup,
  resource,
  subresource,
  namespace,
}: Partial<NonNullable<AuditEvent["objectRef"]>> = {}): object {
  return { apiGroup, resource, subresource, namespace };
}

interface AuditEvent {
  readonly user: { readonly username: string };
  readonly verb: string;
  readonly requestURI: string;
  readonly objectRef?: {
    readonly apiGroup?: string;
    readonly resource: string;
    readonly subresource?: string;
    readonly namespace?: string;
  };
  readonly annotations?: Readonly<Record<string, string>>;
}

const ACCOUNT = /^system:serviceaccount:[^:]+:(.+)$/;

/* How the authorizer tells in the log what it decided, and why. */
const DECISION = "authorization.k8s.io/decision";
const REASON = "authorization.k8s.io/reason";
const ROLE = /^RBAC: allowed by (?:Cluster)?RoleBinding "[^"]+" of (?:Cluster)?Role "([^"]+)"/;
