import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdir, realpath, rename, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { readEnvironment } from "../control-plane/environment.ts";
import type { Buildah } from "./buildah.ts";

/**
 * Makes an image that stands for the official one of Node, which no registry is
 * asked for: a Debian of the same release line with the Node and the npm of this
 * run. Answers its name.
 */
export async function baseImage(buildah: Buildah): Promise<string> {
  const name = "localhost/node:stand-in";
  const root = await debian();
  const container = await buildah.run("from", "scratch");
  await buildah.run("add", "--quiet", container, root, "/");
  await buildah.run("commit", "--quiet", "--rm", container, name);
  return name;
}

/** Kept between runs, by Node's version: making it takes half a minute. */
async function debian(): Promise<string> {
  const directory = join(dirname(readEnvironment().cacheDirectory), "image");
  const root = join(directory, `debian-${process.version}`);
  if (existsSync(root)) return root;
  const unfinished = `${root}.${process.pid}`;
  await mkdir(directory, { recursive: true });
  const packages = "--include=libatomic1,libstdc++6,ca-certificates";
  await promisify(execFile)("mmdebstrap", ["--quiet", "--variant=essential", packages, "bookworm", unfinished]);
  await addNode(unfinished);
  await rename(unfinished, root);
  return root;
}

async function addNode(root: string): Promise<void> {
  await cp(process.execPath, join(root, "usr/local/bin/node"));
  await mkdir(join(root, "usr/local/lib/node_modules"), { recursive: true });
  await cp(await npmPackage(), join(root, "usr/local/lib/node_modules/npm"), { recursive: true });
  await symlink("../lib/node_modules/npm/bin/npm-cli.js", join(root, "usr/local/bin/npm"));
}

/** The folder of the npm on the path, whose program is a link into it: `bin/npm-cli.js`. */
async function npmPackage(): Promise<string> {
  const { stdout } = await promisify(execFile)("which", ["npm"]);
  return join(await realpath(stdout.trim()), "../..");
}
