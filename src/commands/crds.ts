import { stringify } from "yaml";
import { customResourceDefinition } from "#api/custom-resource-definition.ts";
import { KINDS } from "#api/kinds.ts";
import { command } from "./command.ts";

export const crds = command({
  name: "crds",
  summary: "Print the CustomResourceDefinitions.",
  description: "Prints the CustomResourceDefinitions of every kind as YAML, ready for `kubectl apply --server-side`.",
  options: {},
  run: (_values, { print }) => {
    const documents = KINDS.map((kind) => stringify(customResourceDefinition(kind), { aliasDuplicateObjects: false }));
    print(documents.join("---\n"));
  },
});
