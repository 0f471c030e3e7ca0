import type { Manifest } from "../gatehouse/chart.ts";

/** A verb on a resource that a role gives. */
export interface Permission {
  /** Name of the Role or ClusterRole. */
  readonly role: string;
  /** As `resource.group`, or `resource/subresource.group`. */
  readonly resource: string;
  readonly verb: string;
}

/** What the manifests of a release give to service accounts of its own, and whose names these have. */
export interface Granted {
  readonly accounts: ReadonlySet<string>;
  readonly permissions: readonly Permission[];
}

/** Reads roles that are bound to service accounts; what people may do is not asked. */
export function grantedBy(manifests: readonly Manifest[]): Granted {
  const accounts = new Set(
    manifests.filter(({ kind }) => kind === "ServiceAccount").map(({ metadata }) => metadata.name),
  );
  const bindings = manifests.filter(isBinding).filter(({ subjects }) => subjects.some(isOneOf(accounts)));
  const bound = new Set(bindings.map(({ roleRef }) => `${roleRef.kind}/${roleRef.name}`));
  const roles = manifests.filter(isRole).filter(({ kind, metadata }) => bound.has(`${kind}/${metadata.name}`));
  return { accounts, permissions: roles.flatMap(permissionsOf) };
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

function isOneOf(accounts: ReadonlySet<string>) {
  return ({ kind, name }: { readonly kind: string; readonly name: string }) =>
    kind === "ServiceAccount" && accounts.has(name);
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
