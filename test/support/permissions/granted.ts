import type { Manifest } from "../gatehouse/chart.ts";

/** A verb on a resource that a role gives. */
export interface Permission {
  /** Name of the Role or ClusterRole. */
  readonly role: string;
  /** As `resource.group`, or `resource/subresource.group`. */
  readonly resource: string;
  readonly verb: string;
}

/** What the manifests of a release give to service accounts of its own. */
export interface Granted {
  /** By the name of an account, those of the roles that are bound to it. */
  readonly rolesOf: ReadonlyMap<string, ReadonlySet<string>>;
  readonly permissions: readonly Permission[];
}

/** Reads roles that are bound to service accounts; what people may do is not asked. */
export function grantedBy(manifests: readonly Manifest[]): Granted {
  const bindings = manifests.filter(isBinding);
  const rolesOf = new Map<string, ReadonlySet<string>>();
  const bound = new Set<string>();
  for (const { metadata } of manifests.filter(({ kind }) => kind === "ServiceAccount")) {
    const own = bindings.filter(({ subjects }) => subjects.some(isAccount(metadata.name)));
    for (const { roleRef } of own) bound.add(`${roleRef.kind}/${roleRef.name}`);
    rolesOf.set(metadata.name, new Set(own.map(({ roleRef }) => roleRef.name)));
  }
  const roles = manifests.filter(isRole).filter(({ kind, metadata }) => bound.has(`${kind}/${metadata.name}`));
  return { rolesOf, permissions: roles.flatMap(permissionsOf) };
}

/** As in rules of roles and in audit events. */
export function resourceName(group: string, resource: string): string {
  return group === "" ? resource : `${resource}.${group}`;
}

interface Binding extends Manifest {
  readonly roleRef: { readonly kind: string; readonly name: string };
  readonly subjects: readonly { readonly kind: string; readonly name: string }[];
}

interface Role extends Manifest {
  readonly rules: readonly {
    readonly apiGroups: readonly string[];
    readonly resources: readonly string[];
    readonly verbs: readonly string[];
  }[];
}

function isBinding(manifest: Manifest): manifest is Binding {
  return manifest.kind === "RoleBinding" || manifest.kind === "ClusterRoleBinding";
}

function isRole(manifest: Manifest): manifest is Role {
  return manifest.kind === "Role" || manifest.kind === "ClusterRole";
}

function isAccount(account: string) {
  return ({ kind, name }: { readonly kind: string; readonly name: string }) =>
    kind === "ServiceAccount" && name === account;
}

function permissionsOf({ metadata, rules }: Role): readonly Permission[] {
  return rules.flatMap(({ apiGroups, resources, verbs }) =>
    apiGroups.flatMap((group) =>
      resources.flatMap((resource) =>
        verbs.map((verb) => ({ role: metadata.name, resource: resourceName(group, resource), verb })),
      ),
    ),
  );
}
