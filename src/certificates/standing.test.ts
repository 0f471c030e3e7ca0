import { expect, test } from "vitest";
import { createCertificateAuthority } from "../../test/support/certificates.ts";
import { type Configurations, nextChange, standingOf } from "./standing.ts";

const HOUR = 3_600_000;
const NOW = Date.parse("2027-01-01T12:00:00Z");
const LIFE = { notBefore: new Date(NOW), notAfter: new Date(NOW + 60 * HOUR) };
const UNTIL = NOW + 60 * HOUR;

const [authority, stranger] = await Promise.all([
  createCertificateAuthority("ours", { notBefore: new Date(NOW), notAfter: new Date(NOW + 600 * HOUR) }),
  createCertificateAuthority("stranger", { notBefore: new Date(NOW), notAfter: new Date(NOW + 600 * HOUR) }),
]);
const { certificate: leaf } = await authority.issueServer({ names: ["guard.here.svc"], validity: LIFE });

/** Both configurations, each with one webhook for each bundle. */
function configurations(...bundles: readonly string[]): Configurations {
  return calling(bundles, { name: "guard", namespace: "here" });
}

function calling(bundles: readonly string[], service: { readonly name: string; readonly namespace: string }) {
  const webhooks = bundles.map((bundle, index) => ({
    name: `webhook-${index}`,
    clientConfig: { caBundle: Buffer.from(bundle).toString("base64"), service },
  }));
  const kinds = ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"];
  return new Map(kinds.map((kind) => [kind, { kind, metadata: { name: "guard" }, webhooks }]));
}

test("a certificate is trusted where every webhook has an authority that signed it, among others too", () => {
  const both = configurations(authority.certificate, `${stranger.certificate}\n${authority.certificate}`);
  expect(standingOf(leaf, both, NOW)).toEqual({ type: "trusted", until: UNTIL });
});

test.each([
  ["another's authority", () => stranger.certificate],
  ["nothing", () => ""],
  ["what is no certificate", () => "garbage"],
])("with %s in one webhook it is a mismatch that names the webhook", (_what, bundle) => {
  expect(standingOf(leaf, configurations(authority.certificate, bundle()), NOW)).toEqual({
    type: "mismatch",
    webhooks: ["MutatingWebhookConfiguration guard: webhook-1", "ValidatingWebhookConfiguration guard: webhook-1"],
  });
});

test("an authority that is over makes a mismatch, as no client accepts it", async () => {
  const validity = { notBefore: new Date(NOW - 2 * HOUR), notAfter: new Date(NOW - HOUR) };
  const over = await createCertificateAuthority("over", validity);
  const { certificate } = await over.issueServer({ names: ["guard.here.svc"], validity: LIFE });
  expect(standingOf(certificate, configurations(over.certificate), NOW).type).toBe("mismatch");
});

test("one for another name than the API server calls by is a mismatch that tells the name", async () => {
  const validity = LIFE;
  const { certificate } = await authority.issueServer({ names: ["guard.there.svc", "*rd.here.svc"], validity });
  expect(standingOf(certificate, configurations(authority.certificate), NOW)).toEqual({
    type: "name mismatch",
    names: ["guard.here.svc"],
    webhooks: ["MutatingWebhookConfiguration guard: webhook-0", "ValidatingWebhookConfiguration guard: webhook-0"],
  });
  const elsewhere = calling([authority.certificate], { name: "guard", namespace: "there" });
  expect(standingOf(certificate, elsewhere, NOW).type).toBe("trusted");
});

test("the name in the subject counts for nothing, as for the API server", async () => {
  const { certificate } = await authority.issueClient({ commonName: "guard.here.svc", validity: LIFE });
  expect(standingOf(certificate, configurations(authority.certificate), NOW).type).toBe("name mismatch");
});

test("configurations that are not there refuse nobody, and nothing is said without a certificate", () => {
  expect(standingOf(leaf, new Map(), NOW).type).toBe("trusted");
  expect(standingOf(undefined, configurations(stranger.certificate), NOW)).toEqual({ type: "unknown" });
});

test("with time it expires soon, and then is not in force; each change is foretold", () => {
  const trusting = configurations(authority.certificate);
  const said: string[] = [];
  for (let at: number | undefined = NOW - HOUR; at !== undefined; at = nextChange(leaf, at)) {
    said.push(`${(at - NOW) / HOUR} h: ${standingOf(leaf, trusting, at).type}`);
  }
  expect(said).toEqual([
    "-1 h: not in force",
    "0 h: trusted",
    "50 h: expiring",
    `${(60 * HOUR + 1) / HOUR} h: not in force`,
  ]);
});
