import { randomUUID } from "node:crypto";
import { mkdir, readdir, readlink, rename, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/**
 * Makes a directory show these files and no others, as the kubelet mounts
 * ConfigMaps and Secrets: each name is a symbolic link through `..data`, and
 * `..data` is swapped by one rename, so that a reader sees all the old files or
 * all the new ones. Files may lie in folders, which are swapped with them.
 */
export async function writeAtomicDirectory(
  directory: string,
  files: ReadonlyMap<string, string | Uint8Array>,
): Promise<void> {
  const generation = `..${randomUUID()}`;
  await mkdir(join(directory, generation), { recursive: true });
  for (const [path, content] of files) {
    const file = join(directory, generation, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  }
  const previous = await swapData(directory, generation);
  await showOnly(directory, new Set(Array.from(files.keys(), (path) => path.split("/", 1)[0] ?? path)));
  if (previous !== undefined) await rm(join(directory, previous), { recursive: true });
}

/** Points `..data` at the new generation and answers the one before, if any. */
async function swapData(directory: string, generation: string): Promise<string | undefined> {
  const data = join(directory, "..data");
  const previous = await readlink(data).catch(unlessCode("ENOENT"));
  await symlink(generation, `${data}_tmp`);
  await rename(`${data}_tmp`, data);
  return previous;
}

async function showOnly(directory: string, names: ReadonlySet<string>): Promise<void> {
  for (const name of names) {
    await symlink(join("..data", name), join(directory, name)).catch(unlessCode("EEXIST"));
  }
  const shown = (await readdir(directory)).filter((name) => !name.startsWith(".."));
  for (const name of shown) if (!names.has(name)) await rm(join(directory, name));
}

/** Turns one expected failure of the file system into undefined; others stay failures. */
function unlessCode(code: string): (error: unknown) => undefined {
  return (error) => {
    if (!(error instanceof Error && "code" in error && error.code === code)) throw error;
    return undefined;
  };
}
