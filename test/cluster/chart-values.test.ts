import { expect, test } from "vitest";
import { CHART, chartValues } from "../support/chart-values/documented-values.ts";
import { describeOnControlPlane } from "../support/control-plane/connect.ts";

const VALUES = chartValues();

describeOnControlPlane(
  "the chart's values, given to Helm",
  (plane) => {
    /** What Helm says to values, all faults together; empty where it renders. */
    const refusal = async (values: unknown): Promise<string> => {
      const words = ["template", "gatehouse", CHART, "--values=-"];
      const result = await plane.helm?.(words, { input: JSON.stringify(values), expect: "any" });
      return result?.code === 0 ? "" : (result?.stderr ?? "");
    };

    test("are taken as they stand by default", async () => {
      expect(await refusal(together(VALUES.map(({ path, default: value }) => [path, value])))).toBe("");
    });

    test("are refused under a misspelt name, each with its place", async () => {
      const typos = VALUES.map(({ path }) => ({ above: path.slice(0, -1), typo: `${path.at(-1)}x` }));
      const said = await refusal(together(typos.map(({ above, typo }) => [[...above, typo], 1])));
      for (const { above, typo } of typos) {
        const place = above.length === 0 ? "''" : `'/${above.join("/")}'`;
        const line = said.split("\n").find((line) => line.includes(`at ${place}: additional properties`));
        expect(line).toContain(`'${typo}'`);
      }
    });

    test("are refused with a wrong type, each with its place and what it must be", async () => {
      const wrong = VALUES.map(({ path, default: value }) => [path, isOneOfMany(value) ? "wrong" : ["wrong"]] as const);
      const said = await refusal(together(wrong));
      for (const [path] of wrong)
        expect(said).toMatch(new RegExp(`at '/${path.join("/")}': (got \\w+, want|value must be one of) `));
    });

    test.each([
      ["a port above 65535", "/service/port", { service: { port: 70_000 } }],
      ["a namespace that cannot be", "/secretNamespaces/0", { secretNamespaces: ["Team_A"] }],
      ["a namespace twice", "/secretNamespaces", { secretNamespaces: ["a", "a"] }],
      ["an issuer without a name", "/certificates/issuerRef", { certificates: { issuerRef: { kind: "Issuer" } } }],
      ["a limit of what is no resource list", "/resources", { resources: { limit: { cpu: 1 } } }],
    ])("are refused with %s", async (_what, place, values) => {
      expect(await refusal(values)).toContain(`at '${place}':`);
    });

    test("may come from a parent chart, which gives every chart its global values", async () => {
      expect(await refusal({ global: { imageRegistry: "registry.example.com" } })).toBe("");
    });
  },
  { certManager: true },
);

function isOneOfMany(value: unknown): boolean {
  return typeof value === "object";
}

/** One object with every value at its path. */
function together(values: readonly (readonly [readonly string[], unknown])[]): object {
  const root: Record<string, unknown> = {};
  for (const [path, value] of values) {
    let map = root;
    for (const name of path.slice(0, -1)) map = (map[name] ??= {}) as Record<string, unknown>;
    map[path.at(-1) ?? ""] = value;
  }
  return root;
}
