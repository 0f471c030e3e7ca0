import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { valueAt } from "#api/field-path.ts";
import { type AIGatewayConfig, aiGatewayConfig } from "#api/kinds/ai-gateway-config.ts";
import type { ApprovedModel } from "#api/kinds/approved-model.ts";
import { FactIndex } from "#policy/fact-index.ts";
import { endpoint, HOSTS } from "../../test/support/arbitrary-endpoints.ts";
import { configWith, NOW } from "../../test/support/facts.ts";
import { approvalWith } from "../../test/support/mutation.ts";
import { mutationOperations } from "./mutation-operations.ts";

/** Configurations that need nothing but credentials. */
const configs: fc.Arbitrary<AIGatewayConfig> = fc
  .array(
    fc.record({ endpoint, auth: fc.constantFrom({}, { type: "apikey" as const }) }, { requiredKeys: ["endpoint"] }),
  )
  .map((models) => configWith({ models: models.map((model, index) => ({ name: `model-${index}`, ...model })) }));

const hosts = fc.uniqueArray(fc.constantFrom(...HOSTS, "*.openai.example"), { maxLength: 3 });

/** Approvals of every model, on some hosts or without naming any, each with a credential that is named like it. */
const approvals: fc.Arbitrary<readonly ApprovedModel[]> = fc
  .array(fc.oneof(fc.record({ hosts }), fc.constant({})), { minLength: 1, maxLength: 4 })
  .map((endpoints) => endpoints.map(approvalOn));

/** A credential that mutation gives away: to which endpoint, and whose it is. */
interface Gift {
  readonly endpoint: string;
  readonly approval: ApprovedModel;
}

describe("a credential that an approval supplies", () => {
  it("goes only to hosts of that approval, whoever parses the endpoint", () => {
    fc.assert(
      fc.property(configs, approvals, (config, approvals) => {
        for (const { endpoint, approval } of giftsOf(config, approvals)) {
          expect(endpoint).toMatch(/^https:/i);
          for (const host of readingsOf(endpoint)) expect(approval.spec.endpoints?.hosts ?? []).toSatisfy(names(host));
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("is given in many of the generated cases, so that the property above says something", () => {
    const cases = fc.sample(fc.tuple(configs, approvals), { numRuns: 1000, seed: 1 });
    expect(cases.flatMap(([config, approvals]) => giftsOf(config, approvals)).length).toBeGreaterThan(300);
  });
});

function approvalOn(endpoints: object, index: number): ApprovedModel {
  const authSecretRef = { name: `approval-${index}`, key: "token" };
  return approvalWith({ models: ["*"], endpoints, defaults: { authSecretRef } }, authSecretRef.name);
}

function giftsOf(config: AIGatewayConfig, approvals: readonly ApprovedModel[]): readonly Gift[] {
  const lookup = new FactIndex();
  lookup.replace(approvals);
  const policy = lookup.effectivePolicy({ namespace: "team-a", name: "first" }, NOW);
  const facts = { now: NOW, lookup, policy, namespace: "team-a" };
  return mutationOperations(aiGatewayConfig, config, undefined, facts).flatMap(({ path, value }) => {
    const secret = valueAt(value, ["valueFrom", "secretKeyRef", "name"]) ?? valueAt(value, ["secretKeyRef", "name"]);
    const approval = approvals.find(({ metadata }) => metadata.name === secret);
    const endpoint = config.spec.models[Number(path.split("/")[3])]?.endpoint ?? "";
    return approval ? [{ endpoint, approval }] : [];
  });
}

/** The hosts that parsers of different schools see: WHATWG, RFC 3986, and those who split at the first or the last `@`. */
function readingsOf(endpoint: string): readonly string[] {
  const authority = /^(?:[^:/?#]+:)?(?:\/\/([^/?#]*))?/.exec(endpoint)?.[1] ?? "";
  const careless = /^[a-z]*:?\/*([^/\\]*)/i.exec(endpoint)?.[1] ?? "";
  const hosts = [authority, careless].flatMap((text) => [
    text.slice(text.indexOf("@") + 1),
    text.slice(text.lastIndexOf("@") + 1),
    text.split(/[@?#;,\s]/)[0] ?? "",
  ]);
  return [new URL(endpoint).host, ...hosts].map((host) => host.replace(/:\d*$/, "").toLowerCase());
}

/** Written here once more, so that the guard and its test cannot be wrong together. */
function names(host: string): (hosts: readonly string[]) => boolean {
  return (hosts) =>
    hosts.some((pattern) => (pattern.startsWith("*") ? host.endsWith(pattern.slice(1)) : host === pattern));
}
