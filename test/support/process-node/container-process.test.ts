import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtempDisposable, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { poll } from "../control-plane/poll.ts";
import { type ContainerSpecification, containerCommand } from "./container-command.ts";
import { ContainerProcess } from "./container-process.ts";

const ENVIRONMENT = { PATH: "/usr/sbin:/usr/bin:/sbin:/bin" };

async function prepare(...program: readonly string[]) {
  const folder = await mkdtempDisposable(join(tmpdir(), "container-"));
  await mkdir(join(folder.path, "root"));
  await mkdir(join(folder.path, "volume"));
  await writeFile(join(folder.path, "volume", "file"), "content\n");
  const specification: ContainerSpecification = {
    root: join(folder.path, "root"),
    mounts: [
      { source: join(folder.path, "volume/file"), path: "/a/b/file", readOnly: true },
      { source: join(folder.path, "volume"), path: "/a/b", readOnly: false },
    ],
    readOnlyRoot: true,
    user: { user: 0, group: 0, mayGainPrivileges: true },
    workingDirectory: "/a",
    program,
  };
  const logFile = join(folder.path, "log");
  return {
    specification,
    logFile,
    log: () => readFile(logFile, "utf8"),
    [Symbol.asyncDispose]: () => folder.remove(),
  };
}

// Root can be both: in a user namespace it is whoever it was, and may mount there.
test.for(process.getuid?.() === 0 ? [true, false] : [false])(
  "a container sees its mounts and the machine's programs only, as root: %s",
  async (isRoot) => {
    const script = "pwd; cat b/file; ls /; touch b/new; ! touch b/file /new /usr/new 2> /dev/null && echo read-only";
    await using container = await prepare("sh", "-c", script);
    const [file, ...words] = containerCommand(container.specification, isRoot);
    const { stdout } = await promisify(execFile)(file, words, { env: ENVIRONMENT });
    const shown = stdout.split("\n").filter((line) => !line.startsWith("lib"));
    const folders = ["a", "bin", "dev", "etc", "proc", "run", "sbin", "sys", "tmp", "usr", "var"];
    expect(shown).toEqual(["/a", "content", ...folders, "read-only", ""]);
  },
);

test("a program run in a container sees what it sees, and tells what is wrong", async () => {
  await using container = await prepare("sleep", "60");
  const process = new ContainerProcess(container.specification, ENVIRONMENT, container.logFile);
  const { signal } = new AbortController();
  await poll("it runs", async () => (await process.run(["grep", "content", "/a/b/file"], signal)) === undefined);
  expect(await process.run(["sh", "-c", "pwd; echo wrong >&2; exit 1"], signal)).toBe("/a\nwrong");
  process.killGroup();
  expect(await process.ended).toMatchObject({ exitCode: 137, signal: 9, reason: "Error" });
});

test("a container ends with its first process, whatever that has started", async () => {
  await using container = await prepare("sh", "-c", "sleep 60 & echo $!; exit 3");
  const { ended } = new ContainerProcess(container.specification, ENVIRONMENT, container.logFile);
  expect(await ended).toMatchObject({ exitCode: 3, reason: "Error" });
  const child = Number(await container.log());
  await poll("it is gone", () => isGone(child));
});

test("a container ends when its node is killed", async () => {
  await using container = await prepare("sleep", "60");
  const { specification, logFile } = container;
  const module = JSON.stringify(join(import.meta.dirname, "container-process.ts"));
  const values = [specification, ENVIRONMENT, logFile].map((value) => JSON.stringify(value)).join();
  const script = `const { ContainerProcess } = await import(${module}); console.log(new ContainerProcess(${values}).processId);`;
  const node = spawn(process.execPath, ["--input-type=module", "--eval", `${script} setInterval(() => {}, 1000);`]);
  const [line] = (await once(createInterface(node.stdout), "line")) as [string];
  expect(await isGone(Number(line))).toBe(false);
  node.kill("SIGKILL");
  await poll("it is gone", () => isGone(Number(line)));
});

/** Also while nobody has asked how it ended. */
async function isGone(processId: number): Promise<boolean> {
  const commandLine = await readFile(`/proc/${processId}/cmdline`, "utf8").catch(() => "");
  return commandLine === "";
}
