import { mkdtempDisposable, readdir, readFile, readlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { writeAtomicDirectory } from "./atomic-directory.ts";

test("names appear, change and go; what a reader holds open stays whole", async () => {
  await using directory = await mkdtempDisposable(join(tmpdir(), "atomic-"));
  const shown = async () => (await readdir(directory.path)).filter((name) => !name.startsWith("..")).sort();
  const read = (name: string) => readFile(join(directory.path, name), "utf8");

  await writeAtomicDirectory(directory.path, new Map(Object.entries({ a: "1", "folder/b": "1" })));
  expect(await shown()).toEqual(["a", "folder"]);
  expect([await read("a"), await read("folder/b")]).toEqual(["1", "1"]);
  const former = await readlink(join(directory.path, "..data"));

  await writeAtomicDirectory(directory.path, new Map(Object.entries({ a: "2", d: "2" })));
  expect(await shown()).toEqual(["a", "d"]);
  expect([await read("a"), await read("d")]).toEqual(["2", "2"]);
  expect(await readdir(directory.path)).not.toContain(former);
});

test("what fails leaves the files that are there", async () => {
  await using directory = await mkdtempDisposable(join(tmpdir(), "atomic-"));
  await writeAtomicDirectory(directory.path, new Map([["a", "1"]]));
  await writeFile(join(directory.path, "..data_tmp"), ""); // in the way of the swap
  await expect(writeAtomicDirectory(directory.path, new Map([["a", "2"]]))).rejects.toThrow("EEXIST");
  expect(await readFile(join(directory.path, "a"), "utf8")).toBe("1");
});
