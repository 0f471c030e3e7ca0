import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { LineWriter } from "./line-writer.ts";

async function withFile(use: (descriptor: number, text: () => Promise<string>) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), "gatehouse-lines-"));
  const file = join(directory, "lines");
  const descriptor = openSync(file, "w");
  await use(descriptor, () => readFile(file, "utf8")).finally(() => closeSync(descriptor));
  await rm(directory, { recursive: true });
}

test("lines are written soon, in order and none twice", () =>
  withFile(async (descriptor, text) => {
    const writer = new LineWriter(descriptor);
    const lines = Array.from({ length: 1000 }, (_, index) => `${index}\n`);
    for (const line of lines) writer.write(line);
    await expect.poll(text).toBe(lines.join(""));
    writer.write("last\n");
    writer.flush();
    writer.flush();
    expect(await text()).toBe(`${lines.join("")}last\n`);
  }));

test("what nobody takes is dropped and counted, and memory is bounded", () =>
  withFile(async (descriptor, text) => {
    const writer = new LineWriter(descriptor);
    const line = `${"x".repeat(1024 * 1024)}\n`;
    for (let index = 0; index < 10; index += 1) writer.write(line);
    await expect.poll(text).toMatch(/\{"level":"warn","msg":"lines dropped","count":6\}\n$/);
  }));

test("a reader that went away neither ends nor holds up the process", async () => {
  const program = `
    import { LineWriter } from ${JSON.stringify(join(import.meta.dirname, "line-writer.ts"))};
    const writer = new LineWriter(2);
    process.once("exit", () => writer.flush());
    process.stdin.once("data", () => {
      writer.write("nobody reads this\\n");
      setImmediate(() => setImmediate(() => {
        writer.write("nor this\\n");
        process.exit(7);
      }));
    });
    process.stdout.write("started");
  `;
  const child = spawn(process.execPath, ["--input-type=module-typescript", "--eval", program]);
  const ended = new Promise((resolve) => child.once("exit", resolve));
  await new Promise((resolve) => child.stdout.once("data", resolve));
  child.stderr.destroy();
  child.stdin.write("go");
  expect(await ended).toBe(7);
});
