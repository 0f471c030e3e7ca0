import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { codeBlocks } from "./code-blocks.ts";

const ROOT = join(import.meta.dirname, "../..");

// Every `sh` block is run as it stands, one after the other, in a fresh clone; the
// block after it, if it is `text`, is what it must print. `console` blocks are shown only.
const BLOCKS = codeBlocks(await readFile(join(ROOT, "README.md"), "utf8"));
const COMMANDS = BLOCKS.map((block, index) => ({ ...block, prints: BLOCKS[index + 1] })).filter(
  ({ language }) => language === "sh",
);

let clone = "";
const running: ChildProcess[] = [];

beforeAll(async () => {
  clone = await mkdtemp(join(tmpdir(), "gatehouse-clone-"));
  await copyWhatGitWouldCommit(clone);
});

afterAll(async () => {
  for (const child of running)
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, "SIGTERM");
  await rm(clone, { recursive: true, force: true });
});

test("the README has commands to run", () => {
  expect(COMMANDS.length).toBeGreaterThanOrEqual(3);
});

test.each(COMMANDS)("README line $line: $text", async ({ text, prints }) => {
  const { code, output } = await runBlock(text);
  expect({ code, output: code === 0 ? "" : output }).toEqual({ code: 0, output: "" });
  const expected = prints?.language === "text" ? prints.text.trim() : undefined;
  expect(expected === undefined ? undefined : output.trim()).toBe(expected);
});

/** The working tree as a clone would hold it: tracked files and new ones that git does not ignore. */
async function copyWhatGitWouldCommit(target: string): Promise<void> {
  const listed = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], { cwd: ROOT });
  for (const file of listed.toString("utf8").split("\0").filter(Boolean)) {
    await cp(join(ROOT, file), join(target, file), { recursive: true, force: true }).catch(unlessGone);
  }
}

function unlessGone(error: NodeJS.ErrnoException): void {
  if (error.code !== "ENOENT") throw error; // deleted in the working tree
}

interface Result {
  readonly code: number | null;
  readonly output: string;
}

/** Runs a block until it ends, or until it says that it serves; then it goes on beside the next ones. */
function runBlock(text: string): Promise<Result> {
  const child = spawn("bash", ["-euo", "pipefail", "-c", text], { cwd: clone, env: ownNode(), detached: true });
  running.push(child);
  const { promise, resolve, reject } = Promise.withResolvers<Result>();
  let [output, errors] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => {
    output += chunk.toString("utf8");
    if (output.includes("Gatehouse is ready")) resolve({ code: 0, output });
  });
  child.stderr.on("data", (chunk: Buffer) => {
    errors += chunk.toString("utf8");
  });
  child.once("error", reject);
  child.once("close", (code) => resolve({ code, output: code === 0 ? output : output + errors }));
  return promise;
}

/** The environment without this checkout's programs, so that the clone finds its own, or the machine's. */
function ownNode(): NodeJS.ProcessEnv {
  // oxlint-disable-next-line node/no-process-env -- the commands of the README inherit their user's environment
  const { PATH = "", NODE_OPTIONS: _, ...rest } = process.env;
  const ours = [join(ROOT, "node_modules/.bin"), dirname(process.execPath)];
  return {
    ...rest,
    PATH: PATH.split(delimiter)
      .filter((folder) => !ours.includes(folder))
      .join(delimiter),
  };
}
