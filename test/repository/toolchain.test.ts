import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "../..");

describe("the repository", () => {
  test.each([
    ["has no type errors", "tsc", ["--noEmit"]],
    ["passes the linter", "oxlint", ["--type-aware", "--deny-warnings"]],
    ["is formatted", "biome", ["check", "--error-on-warnings"]],
    ["has no unused files, exports or dependencies", "knip", []],
  ])("%s", async (_claim, program, words) => {
    const { code, output } = await run(join(ROOT, "node_modules/.bin", program), words);
    expect({ code, output: code === 0 ? "" : output }).toEqual({ code: 0, output: "" });
  });

  test.each([
    ["the CRDs of the chart", "charts/webhook/templates/crds.yaml", ["src/main.ts", "crds"]],
    ["the rules", "docs/rules.md", ["test/support/rules-document.ts"]],
  ])("holds %s as they are generated", async (_what, file, words) => {
    const { output } = await run(process.execPath, words);
    expect(await readFile(join(ROOT, file), "utf8"), "npm run generate").toBe(output);
  });

  test("has at most ten scripts, each explained in CONTRIBUTING.md", async () => {
    const { scripts } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8")) as {
      scripts: Record<string, string>;
    };
    const contributing = await readFile(join(ROOT, "CONTRIBUTING.md"), "utf8");
    expect(Object.keys(scripts).length).toBeLessThanOrEqual(10);
    const explained = Object.keys(scripts).filter((name) =>
      contributing.includes(`| \`npm ${name === "start" || name === "test" ? "" : "run "}${name}\` |`),
    );
    expect(explained).toEqual(Object.keys(scripts));
  });
});

interface Result {
  readonly code: number | string | null | undefined;
  readonly output: string;
}

function run(program: string, words: readonly string[]): Promise<Result> {
  return new Promise((resolve) => {
    execFile(program, words, { cwd: ROOT, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      resolve({ code: error ? error.code : 0, output: stdout + stderr });
    });
  });
}
