import { expect, test } from "vitest";
import { FactIndex } from "#policy/fact-index.ts";
import { configWith, NOW } from "../../test/support/facts.ts";
import { requestFor } from "../../test/support/review-fixture.ts";
import { reviewMutation, reviewValidation } from "./admission.ts";

const METADATA_URL = "http://169.254.169.254/";

/** More of each kind than rules search, with a URL in it that must not be reached. */
const OVERSIZED = [
  [
    "fields",
    { ...Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`f${index}`, 1])), url: METADATA_URL },
  ],
  ["characters", { text: "x".repeat(262_145), url: METADATA_URL }],
  ["levels", levels(40, { url: METADATA_URL })],
] as const;

const context = { lookup: new FactIndex(), now: NOW };

test.each(OVERSIZED)("a config of too many %s is denied on both webhooks, since no rule can search it", (_, config) => {
  const request = requestFor(withConfig(config), undefined);
  for (const review of [reviewMutation, reviewValidation]) {
    expect(review(request, context)).toMatchObject({
      allowed: false,
      violations: [{ rule: "schema", path: "spec.policies[0].config", action: "Deny", excused: false }],
    });
  }
});

test.each(OVERSIZED)("a stored config of too many %s blocks no edit beside it, but may not change", (_, config) => {
  const old = withConfig(config);
  const beside = { ...withConfig(config), metadata: { ...old.metadata, labels: { team: "a" } } };
  expect(reviewValidation(requestFor(beside, old), context)).toMatchObject({ allowed: true });
  const changed = withConfig({ ...config, added: 1 });
  expect(reviewValidation(requestFor(changed, old), context)).toMatchObject({ allowed: false });
});

test("what a config hid by its size is judged once it is small enough", () => {
  const old = withConfig(OVERSIZED[0][1]);
  const verdict = reviewValidation(requestFor(withConfig({ url: METADATA_URL }), old), context);
  expect(verdict).toMatchObject({ allowed: false });
  expect(verdict).toHaveProperty(
    "violations",
    expect.arrayContaining([expect.objectContaining({ rule: "forbidden-endpoint", excused: false })]),
  );
});

function withConfig(config: object) {
  return configWith({ policies: [{ name: "p", type: "observability", config: config as Record<string, unknown> }] });
}

function levels(count: number, inside: object): object {
  return count === 0 ? inside : { inner: levels(count - 1, inside) };
}
