import fc from "fast-check";
import { expect, it } from "vitest";
import { effectiveConfiguration } from "../../../test/support/arbitrary-configurations.ts";
import { rendered } from "../../../test/support/rendering-case.ts";

/** All commands that may stand between single percent signs. */
const OURS = new Set(["LOCAL_REPLY_BODY", "RESPONSE_CODE", "REQUEST_BODY(model)"]);

/** Fields in which Envoy replaces nothing: what requests are compared with, where they go, and names. */
const LEFT_ALONE = new Set(
  `regex exact path prefix path_separated_prefix substitution uri issuer audiences client_id scopes address sni filename
  host_rewrite_literal origin name stat_prefix header_name header key inline_string`.split(/\s+/),
);

it("has no command but those that it puts there itself", () => {
  fc.assert(
    fc.property(effectiveConfiguration, (configuration) => {
      const variables = configuration.models.map(({ auth }) =>
        auth?.value?.replace(/^\$\{(.*)\}$/s, "ENVIRONMENT($1)"),
      );
      const { files } = rendered("envoy", { configuration });
      for (const [, command = ""] of Object.values(files).flatMap((text) => commandsIn(JSON.parse(text)))) {
        expect(OURS.has(command) || variables.includes(command)).toBe(true);
      }
    }),
    { numRuns: 100 },
  );
});

/** As Envoy finds them: a percent sign written twice is one, and any other begins a command. */
function commandsIn(value: unknown, key = ""): readonly (readonly string[])[] {
  if (typeof value === "string") {
    return LEFT_ALONE.has(key)
      ? []
      : Array.from(value.replaceAll("%%", "").matchAll(/%([^%]*)%?/g), (found) => [...found]);
  }
  if (typeof value !== "object" || value === null) return [];
  const list = Array.isArray(value);
  return Object.entries(value).flatMap(([name, inner]) => commandsIn(inner, list ? key : name));
}

it("has the names of listeners and clusters that it refers to", () => {
  fc.assert(
    fc.property(effectiveConfiguration, (configuration) => {
      const { files } = rendered("envoy", { configuration });
      const clusters = new Set(namesIn(files["cds.json"]));
      const listeners = new Set(namesIn(files["lds.json"]));
      expect(clusters.size).toBe(namesIn(files["cds.json"]).length);
      expect(listeners.size).toBe(namesIn(files["lds.json"]).length);
      for (const text of Object.values(files)) {
        for (const cluster of valuesAt(JSON.parse(text), "cluster").filter((each) => each !== "gateway")) {
          expect(clusters).toContain(cluster);
        }
        for (const listener of valuesAt(JSON.parse(text), "server_listener_name"))
          expect(listeners).toContain(listener);
      }
    }),
    { numRuns: 50 },
  );
});

function namesIn(text = "{}"): readonly string[] {
  return (JSON.parse(text) as { resources: readonly { name: string }[] }).resources.map(({ name }) => name);
}

/** Texts that stand in a field of this name, however deep. */
function valuesAt(value: unknown, field: string): readonly string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    name === field && typeof inner === "string" ? [inner] : valuesAt(inner, field),
  );
}
