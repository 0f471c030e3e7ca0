import { type ChildProcessByStdio, spawn } from "node:child_process";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import type { BuiltImage } from "./built-image.ts";

/** A mount namespace, and then the program in its place. */
const UNSHARE = "unshare";
const SCRIPT = join(import.meta.dirname, "run-image.sh");

export type ImageProcess = ChildProcessByStdio<null, Readable, Readable>;

/** Starts a container's program as the image says, with a root that nobody can write to: its entrypoint, unless given. */
export function startInImage(
  { config, root }: BuiltImage,
  words: readonly string[],
  entrypoint: readonly string[] = config.Entrypoint,
): ImageProcess {
  const program = ["sh", SCRIPT, root, config.User, config.WorkingDir, ...entrypoint, ...words];
  const env = Object.fromEntries(config.Env.map(variable));
  return spawn(UNSHARE, ["--mount", ...program], { env, stdio: ["ignore", "pipe", "pipe"] });
}

/** Runs a program to its end. */
export async function runInImage(image: BuiltImage, words: readonly string[], entrypoint?: readonly string[]) {
  const child = startInImage(image, words, entrypoint);
  const { promise: code, resolve } = Promise.withResolvers<number | null>();
  child.once("close", resolve);
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await code, stdout, stderr };
}

function variable(line: string): readonly [name: string, value: string] {
  const at = line.indexOf("=");
  return [line.slice(0, at), line.slice(at + 1)];
}
