import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { valueAt } from "#api/field-path.ts";
import { GROUP } from "#api/kind.ts";
import { KINDS } from "#api/kinds.ts";
import { describeOnControlPlane } from "../support/control-plane/connect.ts";
import { poll } from "../support/control-plane/poll.ts";
import { applyManifests, renderChart } from "../support/gatehouse/chart.ts";
import { installCustomResourceDefinitions } from "../support/gatehouse/install.ts";

/** The release, so that the suite's objects are not those of another. */
const RELEASE = "roles";

const READ = ["get", "list", "watch"];
const WRITE = ["create", "update", "patch", "delete", "deletecollection"];

describeOnControlPlane(
  "people's rights over our kinds",
  (plane) => {
    let stack: AsyncDisposableStack;

    beforeAll(async () => {
      stack = new AsyncDisposableStack();
      await installCustomResourceDefinitions(plane);
      const chart = await renderChart(plane, { name: RELEASE, namespace: plane.namespace, values: {} });
      stack.use(
        await applyManifests(
          plane,
          chart.filter(({ kind }) => kind === "ClusterRole"),
        ),
      );
      const own = (name: string) => `${RELEASE}-${name}`;
      const bindings = [
        ...["view", "edit", "admin"].map((role) => binding("RoleBinding", plane.namespace, role, role)),
        ...["view", "edit"].map((role) => binding("ClusterRoleBinding", plane.namespace, `all-${role}`, role)),
        ...["policy-viewer", "policy-editor", "proposer", "approver"].map((role) =>
          binding("ClusterRoleBinding", plane.namespace, role, own(role)),
        ),
      ];
      stack.use(await applyManifests(plane, bindings));
      const samples = [
        ["view", "get", "airoutes"],
        ["admin", "create", "airoutes"],
        ["all-edit", "get", "aigatewaypolicies"],
      ] as const;
      await poll("the roles are aggregated", async () => {
        const answers = await Promise.all(samples.map(([user, verb, kind]) => may(user, verb, kind)));
        return answers.every((verbs) => verbs.length > 0);
      });
    });

    afterAll(() => stack.disposeAsync());

    /** The API server's authorizer is asked; the answer is the verb, or nothing. */
    const may = async (user: string, verb: string, resource: string, subresource = "") => {
      const attributes = { group: GROUP, resource, subresource, verb };
      const isNamespaced = KINDS.some(({ plural, scope }) => plural === resource && scope === "Namespaced");
      const resourceAttributes = isNamespaced ? { ...attributes, namespace: plane.namespace } : attributes;
      const body = { kind: "SubjectAccessReview", spec: { user: userOf(plane.namespace, user), resourceAttributes } };
      const { body: review } = await plane.request("POST", "/apis/authorization.k8s.io/v1/subjectaccessreviews", {
        body: { apiVersion: "authorization.k8s.io/v1", ...body },
      });
      return valueAt(review, ["status", "allowed"]) === true ? [verb] : [];
    };

    /** What a user may do with each kind of a scope, those with nothing left out. */
    const rights = async (user: string, scope: string) => {
      const kinds = KINDS.filter((kind) => kind.scope === scope);
      const all = kinds.map(async ({ plural }) => {
        const verbs = await Promise.all([...READ, ...WRITE, "approve"].map((verb) => may(user, verb, plural)));
        return [plural, verbs.flat()] as const;
      });
      return Object.fromEntries((await Promise.all(all)).filter(([, verbs]) => verbs.length > 0));
    };

    test.each([
      ["view", READ],
      ["edit", [...READ, ...WRITE]],
      ["admin", [...READ, ...WRITE]],
    ])("%s of a namespace is that of our kinds there, and has nothing of the platform team's", async (user, verbs) => {
      expect(await rights(user, "Namespaced")).toEqual(each("Namespaced", verbs));
      expect(await rights(user, "Cluster")).toEqual({});
    });

    test.each(["all-view", "all-edit"])("%s of the cluster also reads what the platform team decided", async (user) => {
      expect(await rights(user, "Cluster")).toEqual(each("Cluster", READ));
    });

    test("the platform team's roles write what is theirs, and only an approver approves", async () => {
      const change = ["create", "update", "patch"];
      expect(await rights("policy-viewer", "Cluster")).toEqual(each("Cluster", READ));
      const policies = [...READ, ...change, "delete"];
      expect(await rights("policy-editor", "Cluster")).toEqual({
        aigatewayclasses: policies,
        aigatewaypolicies: policies,
      });
      expect(await rights("proposer", "Cluster")).toEqual({ approvedmodels: [...READ, ...change] });
      expect(await rights("approver", "Cluster")).toEqual({ approvedmodels: [...policies, "approve"] });
      for (const user of ["policy-viewer", "policy-editor", "proposer", "approver"])
        expect(await rights(user, "Namespaced")).toEqual({});
    });

    test("nobody writes a status, which is the controller's", async () => {
      for (const user of ["admin", "all-edit", "policy-editor", "approver"])
        for (const { plural } of KINDS) expect(await may(user, "patch", plural, "status")).toEqual([]);
    });

    const as = (user: string, words: readonly string[], input = "") =>
      plane.kubectl(["--namespace", plane.namespace, `--as=${userOf(plane.namespace, user)}`, ...words], {
        input,
        expect: "any",
      });

    const apply = async (user: string, object: object) =>
      (await as(user, ["apply", "--filename=-"], JSON.stringify({ apiVersion: `${GROUP}/v1`, ...object }))).stderr;

    describe("in kubectl's hands", () => {
      test("an editor writes, a viewer reads it, and may not write", async () => {
        expect(await apply("edit", route("/chat"))).toBe("");
        expect((await as("view", ["get", "airoute", "chat", "--output=name"])).stdout).toContain("/chat");
        expect(await apply("view", route("/talk"))).toContain("is forbidden");
        expect((await as("edit", ["delete", "airoute", "chat"])).code).toBe(0);
      });

      test("an editor writes no policy, and a policy editor does", async () => {
        const policy = { kind: "AIGatewayPolicy", metadata: { name: RELEASE }, spec: { mode: "Audit" } };
        expect(await apply("admin", policy)).toContain("is forbidden");
        expect(await apply("policy-editor", policy)).toBe("");
        expect((await as("policy-editor", ["delete", "aigatewaypolicy", RELEASE])).code).toBe(0);
      });

      test.each([
        ["view", "create", "no"],
        ["edit", "create", "yes"],
      ])("kubectl auth can-i says so: %s, %s: %s", async (user, verb, answer) => {
        expect((await as(user, ["auth", "can-i", verb, "aigatewayconfigs"])).stdout.trim()).toBe(answer);
      });
    });

    test("Kubernetes' own roles stay as they are where that is asked for", async () => {
      const values = { aggregatedRoles: "false" };
      const chart = await renderChart(plane, { name: RELEASE, namespace: plane.namespace, values });
      expect(JSON.stringify(chart)).not.toContain("rbac.authorization.k8s.io/aggregate-to");
    });
  },
  { certManager: true },
);

/** Each kind of a scope with the same verbs. */
function each(scope: string, verbs: readonly string[]) {
  return Object.fromEntries(KINDS.filter((kind) => kind.scope === scope).map(({ plural }) => [plural, verbs]));
}

function route(path: string) {
  const spec = { targetModel: "gpt-4o", parentRefs: [{ name: "main" }], path };
  return { kind: "AIRoute", metadata: { name: "chat" }, spec };
}

function userOf(namespace: string, name: string): string {
  return `${name}@${namespace}`;
}

/** One user each, of this suite alone, with a role. */
function binding(kind: "RoleBinding" | "ClusterRoleBinding", namespace: string, user: string, role: string) {
  const name = `${namespace}-${user}`;
  return {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind,
    metadata: kind === "RoleBinding" ? { name, namespace } : { name },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role },
    subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: userOf(namespace, user) }],
  };
}
