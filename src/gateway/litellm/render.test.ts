import fc from "fast-check";
import { expect, it } from "vitest";
import { effectiveConfiguration } from "../../../test/support/arbitrary-configurations.ts";
import { rendered } from "../../../test/support/rendering-case.ts";

it("has no reference to a variable but those of credentials", () => {
  fc.assert(
    fc.property(effectiveConfiguration, (configuration) => {
      const { files, secrets } = rendered("litellm", { configuration });
      const named = configuration.models.map(({ auth }) => auth?.value?.replace(/^\$\{(.*)\}$/s, "$1"));
      const allowed = new Set([...Object.keys(secrets), ...named].map((name) => `os.environ/${name}`));
      const references = textsIn(JSON.parse(files["config.yaml"] ?? "")).filter((text) =>
        text.startsWith("os.environ/"),
      );
      expect(references.filter((reference) => !allowed.has(reference))).toEqual([]);
    }),
    { numRuns: 200 },
  );
});

it("gives LiteLLM no credential that it would take for a reference", () => {
  for (const value of ["os.environ/LITELLM_MASTER_KEY", " os.environ/X", "secret://provider/key"]) {
    const models = [{ name: "gpt", endpoint: "https://api.example/v1", auth: { value }, limits: [] }];
    const secrets = { provider: { key: "os.environ/LITELLM_MASTER_KEY\n" } };
    const written = rendered("litellm", { configuration: { models }, secrets });
    expect(written.secrets).toEqual({});
    expect(written.files["config.yaml"]).toContain('"api_key":"none"');
  }
});

it("writes no model whose credential would go elsewhere than to its endpoint", () => {
  const auth = { value: "not-a-real-key" };
  const models = [
    { name: "unknown", provider: "acme", auth, limits: [] },
    { name: "nowhere", auth, limits: [] },
    { name: "broken", provider: "openai", endpoint: "https://{a}/v1", auth, limits: [] },
    { name: "known", provider: "openai", auth, limits: [] },
  ];
  const written = rendered("litellm", { configuration: { models } });
  expect(Object.keys(written.secrets)).toEqual(["GATEHOUSE_KEY_KNOWN"]);
});

it("keeps the credentials of two models apart whose names become one", () => {
  const models = ["a.b", "a_b"].map((name) => ({
    name,
    endpoint: "https://a.example",
    auth: { value: name },
    limits: [],
  }));
  const { secrets } = rendered("litellm", { configuration: { models } });
  expect(Object.values(secrets)).toEqual(["a.b", "a_b"]);
});

/** Keys and values, at any depth. */
function textsIn(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [key, ...textsIn(inner)]);
}
