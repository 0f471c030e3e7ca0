import fc from "fast-check";
import { expect, it } from "vitest";
import { effectiveConfiguration } from "../../../test/support/arbitrary-configurations.ts";
import { rendered } from "../../../test/support/rendering-case.ts";

const parameters = { modules: ["http.handlers.rate_limit"], secretsDirectory: "/secrets" };

/** All that may stand between braces without a backslash before them. */
const OURS =
  /^\{(?:http\.error\.(?:status_code|status_text|message)|http\.request\.(?:body|uuid|header\.[A-Za-z0-9._-]+)|http\.vars\.(?:client_ip|gatehouse_body)|http\.reverse_proxy\.status_code|file\.\/secrets\/[A-Za-z0-9._-]+)\}$/;

/** Fields in which Caddy replaces nothing: expressions, keys of variables, and what is no text of a request. */
const LEFT_ALONE = new Set(["pattern", "find", "name", "span_name"]);

it("has no placeholder but those that it puts there itself", () => {
  fc.assert(
    fc.property(effectiveConfiguration, (configuration) => {
      const { pushed = "" } = rendered("caddy", { configuration, parameters });
      const variables = configuration.models.map(({ auth }) => auth?.value?.replace(/^\$\{(.*)\}$/s, "{env.$1}"));
      for (const placeholder of placeholdersIn(JSON.parse(pushed))) {
        expect(OURS.test(placeholder) || variables.includes(placeholder)).toBe(true);
      }
    }),
    { numRuns: 200 },
  );
});

/** As Caddy finds them: from a brace that no backslash stands before to the next such one that closes. */
function placeholdersIn(value: unknown, key = ""): readonly string[] {
  if (typeof value === "string") {
    return LEFT_ALONE.has(key) ? [] : Array.from(value.matchAll(/(?<!\\)\{(?:\\.|[^\\}])*\}/gs), ([found]) => found);
  }
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [
    ...(name === "named_routes" || name === "rate_limits" || name === "header_regexp" ? [] : placeholdersIn(name)),
    ...(name === "named_routes" || name === "rate_limits" || name === "header_regexp"
      ? Object.values(inner as object).flatMap((each) => placeholdersIn(each))
      : placeholdersIn(inner, name)),
  ]);
}
