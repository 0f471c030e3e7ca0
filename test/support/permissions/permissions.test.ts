import { expect, test } from "vitest";
import type { Manifest } from "../gatehouse/chart.ts";
import { grantedBy } from "./granted.ts";
import { usedIn } from "./used.ts";

const object = (kind: string, name: string, more: object = {}) => ({ kind, metadata: { name }, ...more }) as Manifest;
const rules = [{ apiGroups: ["", "apps"], resources: ["deployments", "pods/log"], verbs: ["get", "patch"] }];
const subjects = [{ kind: "ServiceAccount", name: "gatehouse" }];

test("what is bound to a service account of the release is granted, verb by verb", () => {
  const { rolesOf, permissions } = grantedBy([
    object("ServiceAccount", "gatehouse"),
    object("Role", "reader", { rules }),
    object("RoleBinding", "any", { roleRef: { kind: "Role", name: "reader" }, subjects }),
  ]);
  expect(rolesOf).toEqual(new Map([["gatehouse", new Set(["reader"])]]));
  expect(permissions).toHaveLength(8);
  expect(permissions).toContainEqual({ role: "reader", resource: "pods/log.apps", verb: "patch" });
  expect(permissions).toContainEqual({ role: "reader", resource: "deployments", verb: "get" });
});

test("what is bound to people, or to nobody, is not", () => {
  const { permissions } = grantedBy([
    object("ServiceAccount", "gatehouse"),
    object("ClusterRole", "viewer", { rules }),
    object("Role", "reader", { rules }),
    object("RoleBinding", "any", {
      roleRef: { kind: "Role", name: "reader" },
      subjects: [{ kind: "User", name: "gatehouse" }],
    }),
  ]);
  expect(permissions).toEqual([]);
});

const event = (more: object) =>
  JSON.stringify({
    user: { username: "system:serviceaccount:gatehouse-system-1:gatehouse" },
    verb: "patch",
    requestURI: "/apis/apps/v1/namespaces/a/deployments/b/status",
    objectRef: { apiGroup: "apps", resource: "deployments", subresource: "status" },
    ...more,
  });
const allowed = (by: string) => ({
  "authorization.k8s.io/decision": "allow",
  "authorization.k8s.io/reason": `RBAC: allowed by ${by} to ServiceAccount "gatehouse/gatehouse-system-1"`,
});

const ROLES = new Map([["gatehouse", new Set(["reader", "writer"])]]);

test("what an account asked for counts for each of its roles, whichever the API server names", () => {
  const clusterWide = 'ClusterRoleBinding "any" of ClusterRole "reader"';
  const { permissions, forbidden } = usedIn([event({ annotations: allowed(clusterWide) }), ""], ROLES);
  expect(permissions).toEqual([
    { role: "reader", resource: "deployments/status.apps", verb: "patch" },
    { role: "writer", resource: "deployments/status.apps", verb: "patch" },
  ]);
  expect(forbidden).toEqual([]);
});

test("what another role allowed than those of the release counts for none", () => {
  const inNamespace = 'RoleBinding "any/a" of Role "another"';
  expect(usedIn([event({ annotations: allowed(inNamespace) })], ROLES).permissions).toEqual([]);
});

test("a request that was forbidden as roles came or went is none that nothing allows", () => {
  const refused = { annotations: { "authorization.k8s.io/decision": "forbid" } };
  const elsewhere = {
    requestURI: "/elsewhere",
    objectRef: { apiGroup: "apps", resource: "deployments", subresource: "status", namespace: "a" },
  };
  const lines = [event({ annotations: allowed("any") }), event(refused), event({ ...refused, ...elsewhere })];
  expect(usedIn(lines, ROLES).forbidden).toEqual(["gatehouse must not patch /elsewhere"]);
});

test("a request that nothing allowed is told, and that of another account is not", () => {
  const refused = { annotations: { "authorization.k8s.io/decision": "forbid", "authorization.k8s.io/reason": "" } };
  const other = { ...refused, user: { username: "system:serviceaccount:a:default" } };
  expect(usedIn([event(refused), event(other)], ROLES)).toEqual({
    permissions: [],
    forbidden: ["gatehouse must not patch /apis/apps/v1/namespaces/a/deployments/b/status"],
  });
});
