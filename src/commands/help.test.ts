import { expect, test } from "vitest";
import { COMMANDS } from "./commands.ts";
import { commandHelp, generalHelp } from "./help.ts";

const HELPS: readonly (readonly [string, string])[] = [
  ["gatehouse", generalHelp(COMMANDS)],
  ...COMMANDS.map((command) => [command.name, commandHelp(command)] as const),
];

test.each(HELPS)("the help of %s fits into 100 columns", (_, help) => {
  expect(help.split("\n").filter((line) => line.length > 100)).toEqual([]);
});

test("a command's operands stand before its options", () => {
  const help = HELPS.find(([name]) => name === "watch")?.[1];
  expect(help).toContain("\nUsage: gatehouse watch KIND [OPTIONS]\n");
});
