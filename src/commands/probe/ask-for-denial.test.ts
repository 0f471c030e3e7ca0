import { expect, test } from "vitest";
import type { AIGatewayConfig } from "#api/kinds/ai-gateway-config.ts";
import { kindByName } from "#api/kinds.ts";
import type { Client } from "#kube/client.ts";
import { KubernetesError } from "#kube/kubernetes-error.ts";
import { FactIndex } from "#policy/fact-index.ts";
import { reviewValidation } from "#review/admission.ts";
import { isRelaxable } from "#validate/rule.ts";
import { RULES } from "#validate/rules.ts";
import { shapeFaults } from "#validate/shape.ts";
import { requestFor } from "../../../test/support/review-fixture.ts";
import { askForDenial } from "./ask-for-denial.ts";

type Create = Client["create"];

/** Asks an API server that answers so, and remembers what it was sent. */
async function asked(answer: () => Promise<never> | undefined) {
  const sent: Parameters<Create>[] = [];
  const create = ((...call: Parameters<Create>) => {
    sent.push(call);
    return answer() ?? Promise.resolve(call[1]);
  }) as Create;
  const outcome = await askForDenial({ create }, "shop", new AbortController().signal);
  return { outcome, sent };
}

const refused = (message: string, code: number) => () =>
  Promise.reject(new KubernetesError(message, { code, reason: "" }));

test("takes the denial of our webhook for one, without what the API server puts before it", async () => {
  const message = 'admission webhook "verdict.gateway.example.com" denied the request: it is bad';
  expect((await asked(refused(message, 422))).outcome).toEqual({ done: "it is bad" });
});

test.each([
  ["of another webhook", 'admission webhook "verdict.other.example.com" denied the request: no', 403],
  ["of another policy", 'ValidatingAdmissionPolicy "x" with binding "x" denied request: no', 422],
  ["of the schema", 'AIGatewayConfig "gatehouse-probe" is invalid: spec', 422],
  ["for want of rights", "aigatewayconfigs is forbidden: cannot create", 403],
])("does not take a denial %s for ours", async (_, message, code) => {
  const { outcome } = await asked(refused(message, code));
  expect(outcome).toEqual({ notYet: `the API server refused it by itself: ${message}` });
});

test("says so when the object was admitted, which stores nothing", async () => {
  const { outcome, sent } = await asked(() => undefined);
  expect(outcome).toEqual({ notYet: "the API server admitted it: it does not call the webhook" });
  expect(sent.map(([, , options]) => options?.dryRun)).toEqual([true]);
});

test("the object is of the right shape, and is denied by a rule alone that no policy may relax", async () => {
  const { sent } = await asked(() => undefined);
  const object = sent[0]?.[1] as unknown as AIGatewayConfig;
  const kind = kindByName.get("AIGatewayConfig");
  if (!kind) throw new Error("no such kind");
  expect(shapeFaults(kind, object)).toEqual([]);
  const request = requestFor(object, undefined);
  const verdict = reviewValidation(request, { lookup: new FactIndex(), now: 0 });
  if ("unsupported" in verdict) throw new Error(verdict.unsupported);
  const denials = verdict.violations.filter(({ action }) => action === "Deny").map(({ rule }) => rule);
  expect(denials).toEqual(["undeclared-reference"]);
  expect(RULES.filter((rule) => !isRelaxable(rule)).map(({ id }) => id)).toContain("undeclared-reference");
});
