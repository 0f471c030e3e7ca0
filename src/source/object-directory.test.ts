import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  type DirectoryDocument,
  type DirectoryError,
  type DirectoryFault,
  ObjectDirectory,
} from "./object-directory.ts";

const NO_POLL = 2 ** 31 - 1; // the longest that a timer can wait

let directory: string;
let objects: ObjectDirectory | undefined;
/** What was last taken over: the file and value of each document. */
let state: readonly (readonly [string, unknown])[] | undefined;
let refuse: (documents: readonly DirectoryDocument[]) => readonly DirectoryFault[] = () => [];
let reloads: (DirectoryError | undefined)[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "gatehouse-objects-"));
  [state, refuse, reloads] = [undefined, () => [], []];
});

afterEach(async () => {
  objects?.[Symbol.dispose]();
  await rm(directory, { recursive: true, force: true });
});

async function opened(pollMilliseconds = NO_POLL): Promise<ObjectDirectory> {
  objects = new ObjectDirectory({
    directory,
    pollMilliseconds,
    accept: (documents) => {
      const faults = refuse(documents);
      if (faults.length === 0) state = documents.map(({ file, value }) => [file, value]);
      return faults;
    },
    onReload: (failed) => reloads.push(failed),
    onTrouble: () => {},
  });
  await objects.load();
  objects.start();
  return objects;
}

const write = (name: string, text: string) => writeFile(join(directory, name), text);

test("yaml, yml and json files are read by name; folders, hidden and other files are left alone", async () => {
  await write("b.yml", "b: 1\n---\nb: 2\n");
  await write("a.yaml", "a: 1\n");
  await write("c.json", '{"c": 1}');
  await write(".hidden.yaml", "h: 1");
  await write("note.txt", "n: [");
  await mkdir(join(directory, "below"));
  await writeFile(join(directory, "below/d.yaml"), "d: 1");
  await opened();
  expect(state).toEqual([
    ["a.yaml", { a: 1 }],
    ["b.yml", { b: 1 }],
    ["b.yml", { b: 2 }],
    ["c.json", { c: 1 }],
  ]);
});

test("a change is taken over by its event", async () => {
  await write("a.yaml", "a: 1\n");
  await opened();
  await write("a.yaml", "a: 2\n");
  await expect.poll(() => state).toEqual([["a.yaml", { a: 2 }]]);
});

test("a change is taken over by polling where there are no events", async () => {
  const mounted = await mkdtemp(join(tmpdir(), "gatehouse-mounted-"));
  await writeFile(join(mounted, "a.yaml"), "a: 1\n");
  await symlink(join(mounted, "a.yaml"), join(directory, "a.yaml"));
  await opened(10);
  await writeFile(join(mounted, "a.yaml"), "a: 2\n"); // in another directory, so there is no event
  await expect.poll(() => state).toEqual([["a.yaml", { a: 2 }]]);
  await rm(mounted, { recursive: true });
});

test("a ConfigMap's swap of symbolic links is taken over", async () => {
  await mkdir(join(directory, "..1"));
  await mkdir(join(directory, "..2"));
  await write("..1/a.yaml", "a: 1\n");
  await write("..2/a.yaml", "a: 2\n");
  await symlink("..1", join(directory, "..data"));
  await symlink("..data/a.yaml", join(directory, "a.yaml"));
  await opened();
  expect(state).toEqual([["a.yaml", { a: 1 }]]);
  await symlink("..2", join(directory, "..data_tmp"));
  await rename(join(directory, "..data_tmp"), join(directory, "..data"));
  await expect.poll(() => state).toEqual([["a.yaml", { a: 2 }]]);
});

test("a bad file is named with line and reason once, and the last good state stays", async () => {
  await write("a.yaml", "a: 1\n");
  await write("b.yaml", "b: 1\n");
  await opened(10);
  await write("new", "b:\n  c: 1\n  c: 2\n");
  await rename(join(directory, "new"), join(directory, "b.yaml"));
  await expect.poll(() => reloads.at(-1)?.message).toBe(`${join(directory, "b.yaml")}:3:3: this key is given twice`);
  await write("a.yaml", "a: 2\n"); // good in itself
  await expect.poll(() => reloads.length).toBeGreaterThan(1);
  expect(state).toEqual([
    ["a.yaml", { a: 1 }],
    ["b.yaml", { b: 1 }],
  ]);
  await rm(join(directory, "b.yaml"));
  await expect.poll(() => state).toEqual([["a.yaml", { a: 2 }]]);
  expect(reloads.at(-1)).toBeUndefined();
});

test("documents that are not accepted are faults too, all of them named", async () => {
  refuse = (documents) =>
    documents.map(({ file, positionOf }) => ({ file, ...positionOf(["b"]), reason: "must be better" }));
  await write("a.yaml", "a: 1\nb: 2\n");
  await write("c.yaml", "b: 1\n");
  await expect(opened()).rejects.toThrow(
    `${join(directory, "a.yaml")}:2:1: must be better\n${join(directory, "c.yaml")}:1:1: must be better`,
  );
});

test.each([
  ["does not exist", () => rm(directory, { recursive: true })],
  [
    "is not a directory",
    async () => {
      await rm(directory, { recursive: true });
      await writeFile(directory, "");
    },
  ],
])("a directory that %s is a fault in one line", async (reason, prepare) => {
  await prepare();
  await expect(opened()).rejects.toThrow(`cannot read directory ${directory}: it ${reason}`);
});
