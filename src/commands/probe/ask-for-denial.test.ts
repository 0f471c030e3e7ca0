import { describe, expect, test } from "vitest";
import { kindByName } from "#api/kinds.ts";
import type { KubernetesObject } from "#api/object-meta.ts";
import { floorManifests } from "#floor/admission-policies.ts";
import type { Client } from "#kube/client.ts";
import { KubernetesError } from "#kube/kubernetes-error.ts";
import { FactIndex } from "#policy/fact-index.ts";
import { reviewMutation, reviewValidation } from "#review/admission.ts";
import { decided } from "../../../test/support/admitted.ts";
import { brokenCelRules } from "../../../test/support/parity/crd-cel.ts";
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
  expect(outcome).toEqual({
    notYet: expect.stringContaining("does not call the webhook, unless policies relax") as string,
  });
  expect(sent.map(([, , options]) => options?.dryRun)).toEqual([true]);
});

describe("the object is denied by /validate alone", () => {
  test("and by three rules", async () => {
    const request = requestFor(await sentObject(), undefined);
    const context = { lookup: new FactIndex(), now: 0 };
    expect(decided(reviewMutation(structuredClone(request), context)).allowed).toBe(true);
    const { violations } = decided(reviewValidation(request, context));
    const denials = violations.filter(({ action }) => action === "Deny").map(({ rule }) => rule);
    expect(denials.toSorted()).toEqual(RULES_OF_OBJECT);
  });

  test("and by none that CEL or the admission floor knows", async () => {
    const object = await sentObject();
    const kind = kindByName.get(object.kind);
    expect(kind && brokenCelRules(kind, object)).toEqual([]);
    const floor = JSON.stringify(floorManifests());
    expect(RULES_OF_OBJECT.filter((rule) => floor.includes(rule))).toEqual([]);
  });
});

const RULES_OF_OBJECT = ["duplicate-route", "implausible-timeout", "unsafe-pattern"];

async function sentObject(): Promise<KubernetesObject> {
  const { sent } = await asked(() => undefined);
  return sent[0]?.[1] as KubernetesObject;
}
