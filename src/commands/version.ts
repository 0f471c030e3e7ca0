import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { command } from "./command.ts";

export const version = command({
  name: "version",
  summary: "Show the version.",
  description: "Shows the version of Gatehouse and of Node.js under it.",
  options: {},
  run: async (_values, { print }) => print(`gatehouse ${await programVersion()} (Node.js ${process.versions.node})\n`),
});

/** The version of Gatehouse, such as `1.2.3`. */
export async function programVersion(): Promise<string> {
  const text = await readFile(join(import.meta.dirname, "../../package.json"), "utf8");
  const { version } = JSON.parse(text) as { version: string };
  return version;
}
