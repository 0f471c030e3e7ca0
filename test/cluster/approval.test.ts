import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { describeOnControlPlane, type SuiteControlPlane } from "../support/control-plane/connect.ts";
import { poll } from "../support/control-plane/poll.ts";
import { applyManifests, renderChart } from "../support/gatehouse/chart.ts";
import { installCustomResourceDefinitions } from "../support/gatehouse/install.ts";
import { type Identity, identityOf } from "../support/gatehouse/service-account.ts";

/** The release, so that the suite's objects are not those of another. */
const RELEASE = "approving";
const REFUSAL = /spec\.lifecycle\.state: .*must be (written|changed) by somebody who has the verb 'approve'/;

describeOnControlPlane(
  "approving is a right",
  (plane) => {
    let stack: AsyncDisposableStack;
    let proposer: Identity;
    let approver: Identity;

    beforeAll(async () => {
      stack = new AsyncDisposableStack();
      await installCustomResourceDefinitions(plane);
      const chart = await renderChart(plane, { name: RELEASE, namespace: plane.namespace, values: {} });
      stack.use(await applyManifests(plane, chart.filter(isAboutApproval)));
      proposer = stack.use(await userWith(plane, "proposer"));
      approver = stack.use(await userWith(plane, "approver"));
      await poll("the policy is in force", async () => REFUSAL.test(await refused(proposer, "probe", "Approved")));
    });

    afterAll(() => stack.disposeAsync());

    /** What kubectl says to somebody who writes an approval in this state; empty when that is allowed. */
    const refused = async (
      { kubeconfig }: Identity,
      name: string,
      state: string,
      more: object = {},
    ): Promise<string> => {
      const input = JSON.stringify(approval(name, state, more));
      const words = ["apply", "--dry-run=server", "--filename", "-"];
      const { code, stderr } = await plane.kubectl(words, { input, kubeconfig, expect: "any" });
      return code === 0 ? "" : stderr;
    };

    const stored = async (name: string, state: string): Promise<AsyncDisposable> => {
      const input = JSON.stringify(approval(name, state));
      await plane.kubectl(["apply", "--filename", "-"], { input });
      return {
        [Symbol.asyncDispose]: async () => void (await plane.kubectl(["delete", "approvedmodel", name])),
      };
    };

    const as = ({ kubeconfig }: Identity, ...words: readonly string[]) =>
      plane.kubectl(words, { kubeconfig, expect: "any" });

    test("the API server finds no fault in the policy's expressions", async () => {
      const path = `/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies/${RELEASE}-approval`;
      const checked = async () => (await plane.request("GET", path)).body as CheckedPolicy;
      await poll("types are checked", async () => (await checked()).status?.observedGeneration === 1);
      expect((await checked()).status?.typeChecking?.expressionWarnings ?? []).toEqual([]);
    });

    describe("a proposer", () => {
      test.each(["Proposed", "Retired"])("writes a new approval that is %s", async (state) => {
        expect(await refused(proposer, "new", state)).toBe("");
      });

      test.each(["Approved", "Deprecated"])("does not write a new approval that is %s", async (state) => {
        expect(await refused(proposer, "new", state)).toMatch(REFUSAL);
      });

      test("does not write an approved one under a name that the API server is to choose", async () => {
        const { metadata: _, ...rest } = approval("", "Approved");
        const input = JSON.stringify({ ...rest, metadata: { generateName: "chosen-" } });
        const words = ["create", "--dry-run=server", "--filename", "-"];
        const { kubeconfig } = proposer;
        expect((await plane.kubectl(words, { input, kubeconfig, expect: 1 })).stderr).toMatch(REFUSAL);
      });

      test("changes what is proposed, and does not approve it", async () => {
        await using _model = await stored("proposed", "Proposed");
        expect(await refused(proposer, "proposed", "Proposed", { regions: ["eu-west-1"] })).toBe("");
        expect(await refused(proposer, "proposed", "Approved")).toMatch(REFUSAL);
      });

      test.each(["Approved", "Deprecated"])("changes nothing of what is %s, its state neither", async (state) => {
        await using _model = await stored("settled", state);
        expect(await refused(proposer, "settled", state, { regions: ["eu-west-1"] })).toMatch(REFUSAL);
        for (const other of ["Proposed", "Retired"]) expect(await refused(proposer, "settled", other)).toMatch(REFUSAL);
      });

      test("labels what is approved, since that changes no approval", async () => {
        await using _model = await stored("labelled", "Approved");
        const { code } = await as(proposer, "label", "approvedmodel", "labelled", "team=search");
        expect(code).toBe(0);
      });

      test("does not delete an approval, nor grant the right to approve to themselves", async () => {
        await using _model = await stored("kept", "Approved");
        expect((await as(proposer, "delete", "approvedmodel", "kept")).stderr).toMatch(/forbidden/);
        const grant = ["clusterrolebinding", "own", `--clusterrole=${RELEASE}-approver`, "--user=me"];
        expect((await as(proposer, "create", ...grant)).stderr).toMatch(/forbidden/);
      });
    });

    test("an approver approves what is proposed, changes it, and ends it", async () => {
      await using _model = await stored("model", "Proposed");
      const { kubeconfig } = approver;
      for (const state of ["Approved", "Deprecated", "Retired"]) {
        const input = JSON.stringify(approval("model", state, { regions: [`${state.toLowerCase()}-1`] }));
        await plane.kubectl(["apply", "--filename", "-"], { input, kubeconfig });
      }
    });

    test("the refusal reads well in kubectl", async () => {
      expect(await refused(proposer, "chat", "Approved")).toContain(
        "spec.lifecycle.state: an approval that is 'Approved' must be written by somebody who has the verb 'approve' " +
          `on approvedmodels.gateway.example.com; 'system:serviceaccount:${plane.namespace}:proposer' has not. ` +
          "Without it the state must be and have been 'Proposed' or 'Retired'",
      );
    });
  },
  { certManager: true },
);

interface CheckedPolicy {
  readonly status?: {
    readonly observedGeneration?: number;
    readonly typeChecking?: { readonly expressionWarnings?: readonly unknown[] };
  };
}

function isAboutApproval({ kind, metadata }: { kind: string; metadata: { name: string } }): boolean {
  return kind.startsWith("ValidatingAdmissionPolicy") || /-(proposer|approver)$/.test(metadata.name);
}

/** A user of their own with one of the chart's roles. */
async function userWith(plane: SuiteControlPlane, role: "proposer" | "approver"): Promise<Identity> {
  await using stack = new AsyncDisposableStack();
  const { namespace } = plane;
  await plane.kubectl(["--namespace", namespace, "create", "serviceaccount", role]);
  const binding = `${namespace}-${role}`;
  const granted = [`--clusterrole=${RELEASE}-${role}`, `--serviceaccount=${namespace}:${role}`];
  await plane.kubectl(["create", "clusterrolebinding", binding, ...granted]);
  stack.defer(async () => void (await plane.kubectl(["delete", "clusterrolebinding", binding])));
  const { kubeconfig } = stack.use(await identityOf(plane, namespace, role));
  const user = stack.move();
  return { kubeconfig, [Symbol.asyncDispose]: () => user.disposeAsync() };
}

function approval(name: string, state: string, more: object = {}) {
  const spec = { provider: "openai", models: ["gpt-4o"], lifecycle: { state }, ...more };
  return { apiVersion: "gateway.example.com/v1", kind: "ApprovedModel", metadata: { name }, spec };
}
