import { expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import type { CommandContext } from "./command.ts";
import { crds } from "./crds.ts";

async function printed(): Promise<string> {
  let text = "";
  await crds.run([], { print: (more: string) => void (text += more) } as CommandContext);
  return text;
}

test("the CRDs say the same to kubectl and Helm, which read YAML 1.1", async () => {
  const text = await printed();
  const read = (version: "1.1" | "1.2") => parseAllDocuments(text, { version }).map((each) => each.toJS() as unknown);
  expect(read("1.1")).toEqual(read("1.2"));
  expect(text).toContain('- "Off"'); // a bare one is `false` to them
});

test("no CRD holds what Helm would take for an action of its template language", async () => {
  const text = await printed();
  expect(text).toContain("kind: CustomResourceDefinition");
  expect(text).not.toMatch(/\{\{|\}\}/);
});
