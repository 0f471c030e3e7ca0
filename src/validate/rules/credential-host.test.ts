import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hostOf, isOnHostList } from "#policy/host-pattern.ts";
import { endpoint, HOSTS } from "../../../test/support/arbitrary-endpoints.ts";
import { configWith, factsFor, findingsOf, type World } from "../../../test/support/facts.ts";
import { approvalWith } from "../../../test/support/mutation.ts";
import { HOLDS } from "../rule.ts";
import { credentialHost } from "./credential-host.ts";

const authSecretRef = { name: "openai", key: "apiKey" };
const supplying = (hosts: readonly string[], namespaces = {}) =>
  approvalWith({ endpoints: { hosts }, defaults: { authSecretRef }, namespaces });

function find(url: string, world: World) {
  const models = [{ name: "model", endpoint: url, auth: { valueFrom: { secretKeyRef: authSecretRef } } }];
  return findingsOf(credentialHost, factsFor({ object: configWith({ models }), ...world }));
}

describe("credential-host", () => {
  it("makes nothing where the credential is no approval's, or goes where it may", () => {
    const auth = { value: "secret://openai/apiKey" };
    const object = configWith({
      models: [{ name: "model", endpoint: "https://api.openai.example/v1", auth }, { name: "none" }],
    });
    for (const approvals of [[], [supplying(["api.openai.example"])]]) {
      const facts = factsFor({ object, approvals });
      for (const model of facts.owner.models) expect(credentialHost.judges.model?.(model, facts)).toBe(HOLDS);
    }
  });

  it("lets a credential go to no host that the approval does not name, however it is spelled", () => {
    let passing = 0;
    fc.assert(
      fc.property(endpoint, fc.subarray([...HOSTS, "*.openai.example"], { minLength: 1 }), (url, hosts) => {
        fc.pre(find(url, { approvals: [supplying(hosts)] }).length === 0);
        expect(isOnHostList(hosts, hostOf(url) ?? "")).toBe(true);
        passing += 1;
      }),
      { numRuns: 2000 },
    );
    expect(passing).toBeGreaterThan(100); // a property that saw nothing must be red
  });

  it("waits for the approval that might allow it", () => {
    const [found] = find("https://evil.example", { approvals: [supplying(["api.openai.example"])] });
    expect(found).toMatchObject({ at: ["endpoint"], source: "approval openai", absent: "ApprovedModel" });
  });

  it("takes a namespace whose labels are not known for one that the approval is for", () => {
    const approvals = [supplying(["api.openai.example"], { selector: { matchLabels: { tier: "prod" } } })];
    const judged = (namespaceLabels: World["namespaceLabels"]) =>
      find("https://evil.example", { approvals, ...(namespaceLabels && { namespaceLabels }) }).length;
    expect(judged({ tier: "prod" })).toBe(1);
    expect(judged({ tier: "test" })).toBe(0);
    const models = [{ name: "m", endpoint: "https://evil.example", auth: { value: "secret://openai/apiKey" } }];
    const facts = factsFor({ object: configWith({ models }), approvals });
    const unknown = { ...facts, lookup: { ...facts.lookup, namespaceLabels: () => undefined } };
    expect(findingsOf(credentialHost, unknown)).toHaveLength(1);
  });
});
