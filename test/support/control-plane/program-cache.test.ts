import { expect, test } from "vitest";
import { type GoModule, goModules } from "./modules.ts";
import { cachedFile, cacheKey, type ModuleFiles } from "./program-cache.ts";

const files: ModuleFiles = { goMod: "require example.com/a v1.0.0\n", goSum: "a\n", sources: [] };
const module: GoModule = { name: "a", programs: { a: "example.com/a" }, linkedValues: () => ({ version: "1" }) };

test("the same module files give the same key", () => {
  expect(cacheKey(module, { ...files })).toBe(cacheKey(module, files));
});

test("another version, another checksum, another source, a tag and another linked value each give another key", () => {
  const keys = [
    cacheKey(module, files),
    cacheKey(module, { ...files, goMod: "require example.com/a v1.0.1\n" }),
    cacheKey(module, { ...files, goSum: "b\n" }),
    cacheKey(module, { ...files, sources: ["package main\n"] }),
    cacheKey({ ...module, tags: "without_clouds" }, files),
    cacheKey({ ...module, linkedValues: () => ({ version: "2" }) }, files),
  ];
  expect(new Set(keys).size).toBe(keys.length);
});

test("programs lie in the cache under their module's name and key", () => {
  expect(cachedFile("/cache", goModules.kubernetes, "kubectl")).toMatch(/^\/cache\/kubernetes-[0-9a-f]{16}\/kubectl$/);
});
