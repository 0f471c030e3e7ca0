import { describe, expect, test } from "vitest";
import { kindByName } from "#api/kinds.ts";
import type { JsonSchema } from "#api/schema.ts";
import { admitted } from "../../test/support/admitted.ts";
import { reviewFixtures } from "../../test/support/review-fixture.ts";

const KIND_OF: Readonly<Record<string, string>> = { policy: "AIGatewayPolicy", approval: "ApprovedModel" };

const SOURCED = reviewFixtures()
  .flatMap((fixture) => admitted(fixture).verdict.violations)
  .flatMap(({ rule, action, source = "", sourceField }) => {
    const [word = "", name] = source.split(" ");
    return KIND_OF[word] && name !== undefined ? [{ rule, action, kind: KIND_OF[word], sourceField }] : [];
  });

describe("a violation that a policy or an approval asks for", () => {
  test("names a field that there is", () => {
    const fields = new Set(
      SOURCED.flatMap(({ kind, sourceField }) => (sourceField === undefined ? [] : `${kind}.${sourceField}`)),
    );
    expect(fields.size).toBeGreaterThan(8); // a test that saw nothing must be red
    expect([...fields].filter((field) => !exists(field))).toEqual([]);
  });

  test("always names one, also where it is only audited", () => {
    expect(SOURCED.filter(({ sourceField }) => sourceField === undefined)).toEqual([]);
    const audited = SOURCED.flatMap(({ action, sourceField = "" }) => (action === "Audit" ? [sourceField] : []));
    expect(audited.some((field) => field.startsWith("spec.rules."))).toBe(true);
    expect(audited.some((field) => field.startsWith("spec.exceptions["))).toBe(true);
  });
});

function exists(field: string): boolean {
  const [kind = "", , ...path] = field.replace(/\[.*\]/, "").split(".");
  let schema: JsonSchema | undefined = kindByName.get(kind)?.spec.json;
  for (const name of path) schema = schema?.properties?.[name] ?? schema?.additionalProperties;
  return schema !== undefined;
}
