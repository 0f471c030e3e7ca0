import { expect, test } from "vitest";
import type { CommandContext } from "./command.ts";
import { crds } from "./crds.ts";

test("no CRD holds what Helm would take for an action of its template language", async () => {
  let text = "";
  await crds.run([], { print: (more: string) => void (text += more) } as CommandContext);
  expect(text).toContain("kind: CustomResourceDefinition");
  expect(text).not.toMatch(/\{\{|\}\}/);
});
