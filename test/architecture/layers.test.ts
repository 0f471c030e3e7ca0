import { execFile } from "node:child_process";
import { cp, glob, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { importsOf, layerFaults, MAY_IMPORT, type SourceFile } from "./layers.ts";

const ROOT = join(import.meta.dirname, "../..");

async function sources(): Promise<readonly SourceFile[]> {
  const files: SourceFile[] = [];
  for await (const path of glob("**/*.ts", { cwd: join(ROOT, "src") })) {
    if (path.endsWith(".test.ts")) continue; // tests may import everything
    files.push({ path, text: await readFile(join(ROOT, "src", path), "utf8") });
  }
  return files;
}

const planted = (path: string, text: string): SourceFile => ({ path, text });

test("every import goes the way the table allows", async () => {
  const files = await sources();
  // A check that saw nothing must be red: the least that is there has some 50 files and 120 imports.
  expect(files.length).toBeGreaterThan(50);
  expect(importsOf(files).length).toBeGreaterThan(120);
  expect(layerFaults(files)).toEqual([]);
});

test("src never imports test", async () => {
  expect(importsOf(await sources()).filter(({ to }) => to.includes("/test/"))).toEqual([]);
});

test("a planted import from a lower folder into a higher one is found", () => {
  const file = planted("api/planted.ts", 'import { serve } from "#server/serve.ts";');
  expect(layerFaults([file])).toEqual(["src/api/planted.ts: api must not import server"]);
});

test("a planted type import is found", () => {
  const file = planted("policy/planted.ts", 'import type { Rule } from "#validate/rule.ts";');
  expect(layerFaults([file])).toEqual(["src/policy/planted.ts: policy must not import validate"]);
});

test("a planted relative and a planted dynamic import are found", () => {
  const relative = planted("policy/planted.ts", 'export * from "../validate/rule.ts";');
  const dynamic = planted("api/planted.ts", 'const rule = await import("#validate/rule.ts");');
  expect(layerFaults([relative])).toEqual(["src/policy/planted.ts: policy must not import validate"]);
  expect(layerFaults([dynamic])).toEqual(["src/api/planted.ts: api must not import validate"]);
});

test("a planted cycle of folders is found", () => {
  const faults = layerFaults([
    planted("mutate/planted.ts", 'import { a } from "#policy/a.ts";'),
    planted("policy/planted.ts", 'import { b } from "#api/b.ts";'),
    planted("api/planted.ts", 'import { c } from "#mutate/c.ts";'),
  ]);
  expect(faults).toContain("folders import each other: policy -> … -> policy");
});

test("a folder that is not in the table is found", () => {
  expect(layerFaults([planted("utils/planted.ts", "")])).toEqual(["src/utils is not in the table"]);
});

interface LintConfiguration {
  readonly overrides: readonly {
    readonly files: readonly string[];
    readonly rules: Readonly<Record<string, unknown>>;
  }[];
}

test("the linter's configuration holds the same table", async () => {
  const { overrides } = JSON.parse(await readFile(join(ROOT, ".oxlintrc.json"), "utf8")) as LintConfiguration;
  const held = new Map(overrides.map(({ files, rules }) => [files.join(), rules["eslint/no-restricted-imports"]]));
  // `commands` may import everything, and the two files have no folder to restrict.
  const folders = Object.keys(MAY_IMPORT).filter((name) => !name.endsWith(".ts") && name !== "commands");
  const expected = folders.map((folder) => [folder, restriction(folder, forbiddenIn(folder))]);
  expect(folders.map((folder) => [folder, held.get(`src/${folder}/**`)])).toEqual(expected);
});

function forbiddenIn(folder: string): readonly string[] {
  return Object.keys(MAY_IMPORT)
    .filter((other) => other !== folder && !MAY_IMPORT[folder]?.includes(other))
    .map((other) => (other === "config.ts" ? "#config" : `#${other}/*`));
}

function restriction(folder: string, forbidden: readonly string[]): unknown {
  const group = forbidden.filter((name) => name !== "#main.ts/*");
  return [
    "error",
    { patterns: [{ group, message: `src/${folder} must not import this; see test/architecture/layers.ts.` }] },
  ];
}

test("the linter bites a planted import", async () => {
  const folder = await mkdtemp(join(tmpdir(), "gatehouse-planted-"));
  try {
    await cp(join(ROOT, ".oxlintrc.json"), join(folder, ".oxlintrc.json"));
    await mkdir(join(folder, "src/api"), { recursive: true });
    await writeFile(join(folder, "src/api/planted.ts"), 'import type { A } from "#server/a.ts";\nexport type B = A;\n');
    const output = await new Promise<string>((resolve) => {
      execFile(join(ROOT, "node_modules/.bin/oxlint"), ["src"], { cwd: folder }, (_error, stdout) => resolve(stdout));
    });
    expect(output).toContain("no-restricted-imports");
  } finally {
    await rm(folder, { recursive: true });
  }
});
