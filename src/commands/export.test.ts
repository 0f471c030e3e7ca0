import { expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import type { CommandContext } from "./command.ts";
import { exportCommand } from "./export.ts";

async function printed(...words: readonly string[]): Promise<string> {
  let text = "";
  await exportCommand.run(words, { print: (more: string) => void (text += more) } as CommandContext);
  return text;
}

test("the floor is a policy and its binding for each kind that it judges", async () => {
  const documents = parseAllDocuments(await printed("vap")).map((each) => each.toJS() as Named);
  const kinds = ["aigatewayconfigs", "modelconfigs", "integrationconfigs", "ratelimitpolicies"];
  expect(documents.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual(
    kinds.flatMap((plural) => [
      `ValidatingAdmissionPolicy gatehouse-floor-${plural}`,
      `ValidatingAdmissionPolicyBinding gatehouse-floor-${plural}`,
    ]),
  );
});

test("JSON is a List of the same objects, and kubectl reads the YAML alike", async () => {
  const text = await printed("vap");
  const { kind, items } = JSON.parse(await printed("vap", "--output", "json")) as { kind: string; items: unknown };
  expect(kind).toBe("List");
  for (const version of ["1.1", "1.2"] as const) {
    expect(parseAllDocuments(text, { version }).map((each) => each.toJS() as unknown)).toEqual(items);
  }
});

test("nothing of it is what Helm would take for an action of its template language", async () => {
  expect(await printed("vap")).not.toMatch(/\{\{|\}\}/);
});

test.each([
  [[], /nothing to export: gatehouse export vap/],
  [["crds"], /what is exported must be one of 'vap', not 'crds'/],
  [["vap", "more"], /unexpected argument 'more'/],
  [["vap", "--output", "xml"], /must be one of 'yaml', 'json'/],
])("words %j are told what is wrong with them", async (words, message) => {
  await expect(printed(...words)).rejects.toThrow(message);
});

interface Named {
  readonly kind: string;
  readonly metadata: { readonly name: string };
}
